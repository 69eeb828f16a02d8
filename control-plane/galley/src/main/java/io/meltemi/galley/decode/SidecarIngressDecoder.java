package io.meltemi.galley.decode;

import io.meltemi.base.net.HostPort;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.CaptureMode;
import io.meltemi.model.config.SidecarIngress;
import io.meltemi.model.config.SidecarIngress.Application;
import io.meltemi.model.config.SidecarPort;
import io.meltemi.model.config.WorkloadSpec;
import java.util.Optional;
import java.util.Set;

/// Reads an entry of a Sidecar's `ingress`. Immutable.
final class SidecarIngressDecoder {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1");
    private static final Set<String> INSTANCE = Set.of("0.0.0.0", "::");

    private SidecarIngressDecoder() {}

    static SidecarIngress decode(ObjectReader ingress) {
        Optional<SidecarPort> port = ingress.object("port", SidecarPortDecoder::decode);
        if (port.isEmpty()) {
            ingress.missing("port");
        }
        return new SidecarIngress(
                port.orElse(new SidecarPort(0, "", Optional.empty())),
                ingress.string("bind").orElse(""),
                ingress.choice("captureMode", CaptureMode.class).orElse(CaptureMode.DEFAULT),
                application(ingress),
                ingress.object("tls", ServerTlsDecoder::decode),
                ingress.object("connectionPool", ConnectionPoolDecoder::decode));
    }

    private static Application application(ObjectReader ingress) {
        String text = ingress.string("defaultEndpoint").orElse("");
        if (text.isEmpty()) {
            return new Application.SamePort();
        }
        if (text.startsWith(WorkloadSpec.UNIX)) {
            return socket(text.substring(WorkloadSpec.UNIX.length()), ingress);
        }
        try {
            HostPort at = HostPort.parse(text);
            if (at.port() > 0 && LOOPBACK.contains(at.host())) {
                return new Application.Local(at);
            }
            if (at.port() > 0 && INSTANCE.contains(at.host())) {
                return new Application.Instance(at.host(), at.port());
            }
        } catch (IllegalArgumentException _) {
            // Told below, as any other text.
        }
        return wrong(
                ingress,
                "defaultEndpoint '%s' must be 127.0.0.1:PORT or [::1]:PORT (the application's own), 0.0.0.0:PORT or [::]:PORT (the workload's address), or unix:///PATH"
                        .formatted(ObjectReader.shown(text)));
    }

    private static Application socket(String path, ObjectReader ingress) {
        if (path.startsWith("@")) {
            ingress.unsupported("defaultEndpoint", "a socket in the abstract namespace");
            return new Application.SamePort();
        }
        if (!path.startsWith("/") || path.endsWith("/")) {
            return wrong(
                    ingress,
                    "defaultEndpoint: '%s' is not the absolute path of a socket"
                            .formatted(ObjectReader.shown(path)));
        }
        return new Application.UnixSocket(path);
    }

    private static Application wrong(ObjectReader ingress, String message) {
        ingress.findings().unread(Code.SCHEMA, ingress.path().field("defaultEndpoint"), message);
        return new Application.SamePort();
    }
}
