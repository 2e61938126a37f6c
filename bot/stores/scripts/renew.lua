-- Keeps a lease, or gives it back at zero milliseconds. Returns 1, or 0 where it was lost.
-- KEYS lease    ARGV the lease held, milliseconds
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if tonumber(ARGV[2]) > 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
else
  redis.call('DEL', KEYS[1])
end
return 1
