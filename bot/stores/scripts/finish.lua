-- Takes the mail in hand off the list, done or dead. Returns 1, or 0 where the lease is another's.
-- KEYS mail lease turn backlog dead letter letters    ARGV the lease, mail, its member, letter ('' for none), its member, its id,
--      seconds since 1970, seconds to keep
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('LINDEX', KEYS[1], 0) ~= ARGV[2] then
  return 0
end
redis.call('LPOP', KEYS[1])
redis.call('DEL', KEYS[3])
redis.call('ZREM', KEYS[4], ARGV[3])
if ARGV[4] ~= '' then
  redis.call('SET', KEYS[6], ARGV[4], 'EX', ARGV[8])
  redis.call('ZADD', KEYS[5], ARGV[7], ARGV[5])
  redis.call('SADD', KEYS[7], ARGV[6])
  redis.call('EXPIRE', KEYS[7], ARGV[8])
end
return 1
