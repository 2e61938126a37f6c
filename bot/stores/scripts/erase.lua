-- Erases a thread and all that is derived from it, except mail still to be worked on. Returns how many sessions went.
-- KEYS session thread timers letters replies threads all_timers dead
-- ARGV thread, what members of the thread begin with, what members of the workspace begin with, and letters' keys
for _, timer in ipairs(redis.call('HKEYS', KEYS[3])) do
  redis.call('ZREM', KEYS[7], ARGV[2] .. timer)
end
for _, letter in ipairs(redis.call('SMEMBERS', KEYS[4])) do
  redis.call('ZREM', KEYS[8], ARGV[3] .. letter)
  redis.call('DEL', ARGV[4] .. letter)
end
redis.call('ZREM', KEYS[6], ARGV[1])
local gone = redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
return gone
