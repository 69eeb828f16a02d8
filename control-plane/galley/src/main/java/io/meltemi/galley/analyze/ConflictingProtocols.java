package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.ServiceEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A port of a host speaks one protocol, whichever service entry says so. Immutable.
final class ConflictingProtocols implements Analyzer {
    private record HostPort(String host, int port) implements Comparable<HostPort> {
        @Override
        public int compareTo(HostPort other) {
            int byHost = host.compareTo(other.host);
            return byHost != 0 ? byHost : Integer.compare(port, other.port);
        }
    }

    private record Claim(Item<ServiceEntry> item, Visibility seen, int index, String protocol) {}

    @Override
    public void analyze(AnalysisInput input) {
        Map<HostPort, List<Claim>> claims = new TreeMap<>();
        for (Item<ServiceEntry> item : input.all(ServiceEntry.class)) {
            Visibility seen = Visibility.of(item.resource().exportTo(), item.namespace());
            for (String host : item.resource().hosts()) {
                for (int i = 0; i < item.resource().ports().size(); i++) {
                    ServiceEntry.Port port = item.resource().ports().get(i);
                    claims.computeIfAbsent(
                                    new HostPort(host, port.number()), _ -> new ArrayList<>())
                            .add(new Claim(item, seen, i, port.protocol()));
                }
            }
        }
        Set<String> reported = new TreeSet<>();
        claims.forEach((at, all) -> report(at, all, reported));
    }

    /// @param reported the entries that were told before: once is enough
    private static void report(HostPort at, List<Claim> all, Set<String> reported) {
        for (Claim claim : all) {
            List<Claim> against =
                    all.stream()
                            .filter(other -> !other.protocol().equals(claim.protocol()))
                            .filter(other -> claim.seen().meets(other.seen()))
                            .toList();
            if (against.isEmpty() || !reported.add(claim.item().name())) {
                continue;
            }
            Claim other = against.getFirst();
            claim.item()
                    .findings()
                    .judge(
                            Code.CONFLICTING_PROTOCOLS,
                            FieldPath.SPEC.field("ports").item(claim.index()),
                            "port %d of host %s is %s here and %s in ServiceEntry %s: only one of them is followed"
                                    .formatted(
                                            at.port(),
                                            at.host(),
                                            claim.protocol(),
                                            other.protocol(),
                                            other.item().name()));
        }
    }
}
