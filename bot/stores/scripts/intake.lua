-- Takes mail in, once under all of its names. Returns how much mail is waiting, or -1 where it came before.
-- KEYS mail backlog claim...    ARGV mail as JSON, its member, seconds since 1970, seconds that names are remembered
local known = 0
for i = 3, #KEYS do
  known = known + redis.call('EXISTS', KEYS[i])
end
for i = 3, #KEYS do
  redis.call('SET', KEYS[i], '1', 'NX', 'EX', ARGV[4])
end
if known > 0 then
  return -1
end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return redis.call('ZCARD', KEYS[2])
