package io.meltemi.pilot.push;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.ServerTls.ServerCertificates;
import io.meltemi.pilot.push.GatewayServers.Placed;
import io.meltemi.pilot.scope.Credentials;
import io.meltemi.pilot.translate.security.SecretInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The secrets that the servers of one proxy name and that it may have. Confined to one
/// translation.
///
/// One that is missing or not for this proxy is left out: what waits for it says which.
final class GatewaySecrets {
    private final Credentials credentials;
    private final SpiffeId proxy;
    private final Map<String, SecretInput> found = new LinkedHashMap<>();

    private GatewaySecrets(Credentials credentials, SpiffeId proxy) {
        this.credentials = credentials;
        this.proxy = proxy;
    }

    /// @param proxy what it has proven
    static List<SecretInput> of(List<Placed> servers, Credentials credentials, SpiffeId proxy) {
        GatewaySecrets secrets = new GatewaySecrets(credentials, proxy);
        servers.forEach(placed ->
                placed.server()
                        .tls()
                        .filter(tls -> !tls.mode().isPassthrough())
                        .ifPresent(
                                tls -> secrets.of(tls, placed.gateway().metadata().namespace())));
        return List.copyOf(secrets.found.values());
    }

    private void of(ServerTls tls, String beside) {
        if (tls.certificates() instanceof ServerCertificates.Credentials(var names)) {
            names.forEach(name -> certificate(name, beside));
        }
        tls.authorities().ifPresent(name -> authorities(name, beside));
    }

    private void certificate(CredentialName name, String beside) {
        credentials
                .keyPair(name, beside, proxy)
                .ifPresent(pair ->
                        found.putIfAbsent(
                                name.resource(),
                                new SecretInput.Certificate(name.resource(), pair)));
    }

    private void authorities(CredentialName name, String beside) {
        String resource = name.authoritiesResource();
        credentials
                .authorities(name, beside, proxy)
                .ifPresent(bundle ->
                        found.putIfAbsent(resource, new SecretInput.Authorities(resource, bundle)));
    }
}
