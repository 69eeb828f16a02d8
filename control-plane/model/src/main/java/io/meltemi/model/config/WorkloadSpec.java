package io.meltemi.model.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where an instance stands and what it is (Istio: the fields of `WorkloadEntry`, which endpoints
/// of a `ServiceEntry` and the template of a `WorkloadGroup` have too). Immutable.
///
/// @param address an IP, a host name, or `unix://` and the path of a socket; absent only with a
///   network, whose gateway is called then
/// @param network absent: the same as everybody's
/// @param ports by port name; a port that is not listed is the service's
/// @param locality `region/zone/subzone`
/// @param weight share of the calls; at least 1
public record WorkloadSpec(
        Optional<String> address,
        Optional<String> network,
        Map<String, Integer> ports,
        Map<String, String> labels,
        Optional<String> locality,
        int weight,
        Optional<String> serviceAccount) {
    /// What stands before the path of a socket.
    public static final String UNIX = "unix://";

    private static final Pattern IP = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F.]*:.*");

    public WorkloadSpec {
        ports = Map.copyOf(ports);
        labels = Map.copyOf(labels);
    }

    /// The same with other labels.
    public WorkloadSpec labelled(Map<String, String> others) {
        return new WorkloadSpec(address, network, ports, others, locality, weight, serviceAccount);
    }

    /// Whether the address can be called as it is, without a look-up.
    public boolean isIp() {
        return address.filter(a -> IP.matcher(a).matches()).isPresent();
    }

    /// Whether the address is a socket of the caller's own machine.
    public boolean isUnixSocket() {
        return address.filter(a -> a.startsWith(UNIX)).isPresent();
    }
}
