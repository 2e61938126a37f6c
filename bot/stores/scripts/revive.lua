-- Puts the mail of a dead letter back at the end of its thread's mail, once. Returns 1, or 0 where the letter is gone.
-- KEYS dead letter letters mail backlog    ARGV the letter's member, its id, mail, its member, seconds since 1970
if redis.call('DEL', KEYS[2]) == 0 then
  return 0
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('SREM', KEYS[3], ARGV[2])
redis.call('RPUSH', KEYS[4], ARGV[3])
redis.call('ZADD', KEYS[5], ARGV[5], ARGV[4])
return 1
