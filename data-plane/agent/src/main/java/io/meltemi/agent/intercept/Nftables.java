package io.meltemi.agent.intercept;

/// The rules that lead a pod's traffic through its sidecar. Immutable.
///
/// Exempt by mark, not by uid: only one uid is mapped without privileges, so the sidecar cannot
/// have another than the application. `nft` wants each rule on a line of its own.
///
/// @param mark what the sockets of the sidecar carry
public record Nftables(MeshPorts ports, int mark) {
    /// Istio's ports and mark.
    public static final Nftables ISTIO = new Nftables(MeshPorts.ISTIO, MeshPorts.SOCKET_MARK);

    /// A script for `nft -f -`, run inside the pod.
    public String script() {
        return """
        table ip meltemi {
          chain output {
            type nat hook output priority -100;
            # A call to oneself passes one's own inbound listener too.
            oifname "lo" ip daddr != 127.0.0.0/8 meta mark %1$d meta l4proto tcp redirect to :%4$d
            meta mark %1$d return
            ip saddr 127.0.0.6 return
            udp dport 53 redirect to :%2$d
            tcp dport 53 redirect to :%2$d
            ip daddr 127.0.0.0/8 return
            meta l4proto tcp redirect to :%3$d
          }
          chain prerouting {
            type nat hook prerouting priority -100;
            iifname "eth0" tcp dport { %4$d, %5$d, %6$d, %7$d } return
            iifname "eth0" meta l4proto tcp redirect to :%4$d
          }
        }
        """
                .formatted(
                        mark,
                        ports.dns(),
                        ports.outbound(),
                        ports.inbound(),
                        ports.agent(),
                        ports.proxyReadiness(),
                        ports.prometheus());
    }
}
