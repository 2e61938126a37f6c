-- Delivers the mail of a timer that is due, once. Returns 1, or 0 where it was taken back or set anew meanwhile.
-- KEYS all_timers timers mail backlog    ARGV the timer's member, its key, what members of the thread begin with, seconds since 1970
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not at or tonumber(at) > tonumber(ARGV[4]) then
  return 0
end
local mail = redis.call('HGET', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[2])
if not mail then
  return 0
end
redis.call('RPUSH', KEYS[3], mail)
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3] .. cjson.decode(mail)['mail']['id'])
return 1
