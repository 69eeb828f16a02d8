package io.meltemi.cli.explain;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.xds.proto.nds.NameTable;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the URL's host stands for where its caller stands. Confined to one thread.
final class HostNames {
    private final Walk walk;
    private final Party caller;
    private final NameTable table;

    /// @param its what Pilot has for the caller
    HostNames(Walk walk, Party caller, XdsSnapshot its) {
        this.walk = walk;
        this.caller = caller;
        this.table = table(its);
    }

    private static NameTable table(XdsSnapshot its) {
        NameTable.Builder all = NameTable.newBuilder();
        its.of(ResourceType.NAME_TABLE)
                .values()
                .forEach(resource -> {
                    try {
                        all.mergeFrom(resource.body().getValue());
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException("the table of names cannot be read", e);
                    }
                });
        return all.build();
    }

    /// The address that the mesh's names have for the host; an address stands for itself.
    ///
    /// @throws IllegalArgumentException naming the ports there are where the URL's is none of them
    Optional<String> address() {
        String host = walk.question().host();
        var entry = table.getTableMap().get(host);
        Optional<String> address =
                entry != null && entry.getIpsCount() > 0
                        ? Optional.of(entry.getIps(0))
                        : literal(host);
        address.ifPresent(this::checkPort);
        return address;
    }

    private static Optional<String> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host).getHostAddress());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private void checkPort(String address) {
        int asked = walk.question().port();
        for (MeshService service : walk.parties().services()) {
            List<ServicePort> ports = service.service().ports();
            boolean meant = service.addresses().contains(address);
            if (meant && ports.stream().noneMatch(p -> p.number() == asked)) {
                throw new IllegalArgumentException(
                        "%s has no port %d: it has %s"
                                .formatted(
                                        service.service().hostname(),
                                        asked,
                                        Parties.some(
                                                ports.stream()
                                                        .map(p ->
                                                                p.number() + " (" + p.name() + ")")
                                                        .toList())));
            }
        }
    }

    /// Nobody knows the host; the shortest of the names that are known are told.
    IllegalArgumentException unknown() {
        List<String> known =
                table.getTableMap().keySet().stream()
                        .sorted(
                                Comparator.comparingInt(String::length)
                                        .thenComparing(Comparator.naturalOrder()))
                        .toList();
        return new IllegalArgumentException(
                "no host '%s' is known to %s: it knows %s (a Sidecar resource may hide others)"
                        .formatted(walk.question().host(), caller.name(), Parties.some(known)));
    }
}
