-- Notes how far a turn has come. Returns 1, or 0 where the lease is another's.
-- KEYS lease turn thread    ARGV the lease, seconds to keep, label ('' for none), then fields and values
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
for i = 4, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[3], 'place:' .. ARGV[3], ARGV[5])
  redis.call('EXPIRE', KEYS[3], ARGV[2])
end
return 1
