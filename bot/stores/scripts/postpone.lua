-- Gives the lease back and has the mail wait. Returns 1, or 0 where the lease is another's.
-- KEYS lease turn    ARGV the lease, milliseconds to wait
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HINCRBY', KEYS[2], 'attempts', 1)
redis.call('HINCRBY', KEYS[2], 'starts', -1) -- this start did not end in a crash
redis.call('HSET', KEYS[2], 'not_before', now + tonumber(ARGV[2]))
redis.call('DEL', KEYS[1])
return 1
