package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.CaptureMode;
import io.meltemi.model.config.Sidecar.ImportedHost;
import io.meltemi.model.config.SidecarEgress;
import io.meltemi.model.config.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads an entry of a Sidecar's `egress`. Immutable.
final class SidecarEgressDecoder {
    private SidecarEgressDecoder() {}

    static SidecarEgress decode(ObjectReader egress) {
        List<String> written = egress.strings("hosts");
        if (written.isEmpty()) {
            egress.missing("hosts");
        }
        List<ImportedHost> hosts = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            host(written.get(i), egress.path().field("hosts").item(i), egress)
                    .ifPresent(hosts::add);
        }
        return new SidecarEgress(
                egress.object("port", SidecarPortDecoder::decode),
                bind(egress),
                egress.choice("captureMode", CaptureMode.class).orElse(CaptureMode.DEFAULT),
                hosts);
    }

    private static String bind(ObjectReader egress) {
        String bind = egress.string("bind").orElse("");
        if (bind.startsWith(WorkloadSpec.UNIX + "@")) {
            egress.unsupported("bind", "a socket in the abstract namespace");
        }
        return bind;
    }

    private static Optional<ImportedHost> host(String text, FieldPath at, ObjectReader egress) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            egress.findings()
                    .unread(
                            Code.SCHEMA,
                            at,
                            "host '%s' must be NAMESPACE/HOST, such as ./* or shop/reviews.shop.svc.cluster.local"
                                    .formatted(ObjectReader.shown(text)));
            return Optional.empty();
        }
        String namespace = text.substring(0, slash);
        boolean excluded = namespace.startsWith("~") && namespace.length() > 1;
        return Optional.of(
                new ImportedHost(
                        excluded ? namespace.substring(1) : namespace,
                        text.substring(slash + 1),
                        excluded));
    }
}
