package io.meltemi.server;

import io.meltemi.base.net.HostPort;
import io.meltemi.citadel.issuer.TokenIssuer;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.server.trust.AuthoritySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a control plane is started with. Immutable.
///
/// @param configFolders where the mesh's YAML lies
/// @param store a folder of this control plane's own for what people apply; none: it keeps nothing
/// @param stateFolder the root key and the known instances; made when missing
/// @param secured ADS, certificates, registry, quota and telemetry over mutual TLS
/// @param plainXds plain-text xDS on a loopback address, off unless given; it serves no secrets
/// @param metrics Prometheus
/// @param otlpGrpc what applications send their telemetry to
/// @param otlpHttp the same over HTTP
/// @param controlSocket where the owner asks and orders
/// @param authority whose signature makes a certificate one of the mesh's
/// @param issuers whose tokens become certificates, in the order in which they are asked
/// @param keyFetch how the keys of token issuers are fetched
public record ControlPlaneSettings(
        List<Path> configFolders,
        Optional<Path> store,
        Path stateFolder,
        HostPort secured,
        Optional<HostPort> plainXds,
        HostPort metrics,
        HostPort otlpGrpc,
        HostPort otlpHttp,
        Path controlSocket,
        AuthoritySettings authority,
        List<TokenIssuer> issuers,
        KeyFetchSettings keyFetch,
        MeshSettings mesh) {
    public ControlPlaneSettings {
        configFolders = List.copyOf(configFolders);
        issuers = List.copyOf(issuers);
    }
}
