package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.stream.Stream;

/// What people write of TLS by hand: files beside the proxy, and names. Thread-safe: stateless.
final class TlsFiles {
    private static final List<SanType> KINDS =
            List.of(SanType.DNS, SanType.URI, SanType.EMAIL, SanType.IP_ADDRESS);

    private TlsFiles() {}

    static DataSource file(String path) {
        return DataSource.newBuilder().setFilename(path).build();
    }

    static TlsCertificate certificate(String chain, String key) {
        return TlsCertificate.newBuilder()
                .setCertificateChain(file(chain))
                .setPrivateKey(file(key))
                .build();
    }

    /// A name is looked for in each kind of alternative name.
    static Stream<SubjectAltNameMatcher> ofAnyKind(String name) {
        return KINDS.stream()
                .map(kind ->
                        SubjectAltNameMatcher.newBuilder()
                                .setSanType(kind)
                                .setMatcher(StringMatcher.newBuilder().setExact(name))
                                .build());
    }
}
