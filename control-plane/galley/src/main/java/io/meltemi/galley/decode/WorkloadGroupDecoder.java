package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.WorkloadGroup;
import io.meltemi.model.config.WorkloadGroup.Exec;
import io.meltemi.model.config.WorkloadGroup.Grpc;
import io.meltemi.model.config.WorkloadGroup.Header;
import io.meltemi.model.config.WorkloadGroup.HttpGet;
import io.meltemi.model.config.WorkloadGroup.Method;
import io.meltemi.model.config.WorkloadGroup.ReadinessProbe;
import io.meltemi.model.config.WorkloadGroup.TcpSocket;
import io.meltemi.model.config.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a `WorkloadGroup`. Immutable.
final class WorkloadGroupDecoder {
    private static final WorkloadSpec EMPTY =
            new WorkloadSpec(
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    1,
                    Optional.empty());

    private record Given(Map<String, String> labels, Map<String, String> annotations) {}

    private WorkloadGroupDecoder() {}

    static WorkloadGroup decode(Metadata metadata, ObjectReader spec) {
        Optional<Given> given =
                spec.object(
                        "metadata",
                        m -> new Given(m.stringMap("labels"), m.stringMap("annotations")));
        Optional<WorkloadSpec> template = spec.object("template", WorkloadSpecDecoder::decode);
        if (template.isEmpty()) {
            spec.missing("template");
        }
        return new WorkloadGroup(
                metadata,
                given.map(Given::labels).orElse(Map.of()),
                given.map(Given::annotations).orElse(Map.of()),
                template.orElse(EMPTY),
                spec.object("probe", WorkloadGroupDecoder::probe));
    }

    private static ReadinessProbe probe(ObjectReader probe) {
        List<Method> methods = new ArrayList<>();
        probe.object("httpGet", WorkloadGroupDecoder::http).ifPresent(methods::add);
        probe.object("tcpSocket", WorkloadGroupDecoder::tcp).ifPresent(methods::add);
        probe.object("exec", e -> new Exec(e.strings("command"))).ifPresent(methods::add);
        probe.object("grpc", g -> new Grpc(g.integer("port"), g.string("service").orElse("")))
                .ifPresent(methods::add);
        List<String> written =
                List.of("httpGet", "tcpSocket", "exec", "grpc").stream()
                        .filter(probe::has)
                        .toList();
        if (written.size() > 1) {
            probe.exclusive(written.get(0), written.get(1));
        }
        return new ReadinessProbe(
                probe.integer("initialDelaySeconds"),
                probe.integer("timeoutSeconds"),
                probe.integer("periodSeconds"),
                probe.integer("successThreshold"),
                probe.integer("failureThreshold"),
                methods.stream().findFirst());
    }

    private static Method http(ObjectReader http) {
        return new HttpGet(
                http.string("path").orElse(""),
                port(http),
                http.string("host").orElse(""),
                http.string("scheme").orElse(""),
                http.list(
                        "httpHeaders",
                        h -> new Header(h.requiredString("name"), h.string("value").orElse(""))));
    }

    private static Method tcp(ObjectReader tcp) {
        return new TcpSocket(tcp.string("host").orElse(""), port(tcp));
    }

    private static int port(ObjectReader method) {
        if (!method.has("port")) {
            method.missing("port");
        }
        return method.integer("port").orElse(0);
    }
}
