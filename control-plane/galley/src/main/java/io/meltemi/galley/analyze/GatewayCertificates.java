package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Server;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import java.util.List;
import java.util.Optional;

/// Two gateways on the same workloads do not show one certificate: browsers that see the same
/// certificate send both hosts' requests over one connection, and one of the gateways does not know
/// the other's hosts. Immutable.
final class GatewayCertificates implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<Item<Gateway>> gateways = input.all(Gateway.class);
        for (Item<Gateway> gateway : gateways) {
            for (Item<Gateway> other : gateways) {
                if (!other.name().equals(gateway.name())
                        && isOnTheSame(gateway.resource(), other.resource())
                        && showsTheSame(gateway.resource(), other.resource())) {
                    gateway.findings()
                            .judge(
                                    Code.DUPLICATE_GATEWAY_CERTIFICATE,
                                    FieldPath.METADATA.field("name"),
                                    "gateways %s and %s show the same certificate: a client may send requests for one over a connection to the other and get 404; join them into one gateway"
                                            .formatted(gateway.name(), other.name()));
                }
            }
        }
    }

    /// Istio: a selector that is a part of the other's stands on its workloads too.
    private static boolean isOnTheSame(Gateway one, Gateway other) {
        return one.selector().selects(other.selector().matchLabels());
    }

    private static boolean showsTheSame(Gateway one, Gateway other) {
        return one.servers().stream()
                .flatMap(server -> certificates(server).stream())
                .anyMatch(mine ->
                        other.servers().stream()
                                .flatMap(server -> certificates(server).stream())
                                .anyMatch(mine::equals));
    }

    private static Optional<ServerCertificates> certificates(Server server) {
        return server.tls()
                .filter(tls -> !tls.mode().isPassthrough())
                .map(ServerTls::certificates)
                .filter(certificates -> !(certificates instanceof ServerCertificates.None));
    }
}
