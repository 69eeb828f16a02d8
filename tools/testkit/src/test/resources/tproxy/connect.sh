# In a network namespace of its own: lets the kernel hand connections to any host, ports 8080 and
# 8081, to the proxy that the arguments start, and prints what two of them get.
set -eu
ip link set lo up
# Not from 127.0.0.1: answers to it would be martians.
ip addr add 10.9.0.1/32 dev lo
ip rule add fwmark 1 lookup 100
ip route add local 0.0.0.0/0 dev lo table 100
ip route add default dev lo
nft -f - <<'RULES'
table ip caught {
  chain out {
    type route hook output priority -150;
    tcp dport { 8080, 8081 } meta mark set 1
  }
  chain in {
    type filter hook prerouting priority -150;
    meta mark 1 tcp dport { 8080, 8081 } tproxy to 127.0.0.1:15001 accept
  }
}
RULES
"$@" >&2 &
proxy=$!
trap 'kill $proxy; wait $proxy || true' EXIT
# The first connection that is answered is the one that is printed.
for port in 8080 8081; do
  for try in $(seq 1 50); do
    timeout 5 bash -c "exec 3<>/dev/tcp/10.1.2.3/$port && head -n 1 <&3" 2>/dev/null && break
    sleep 0.1
  done
done
# Until the lines of both are in the log.
for try in $(seq 1 100); do
  [ "$(grep -c : "$LOG")" -ge 2 ] && break
  sleep 0.1
done 2>/dev/null
