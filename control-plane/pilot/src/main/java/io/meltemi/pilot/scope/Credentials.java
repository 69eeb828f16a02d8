package io.meltemi.pilot.scope;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.Secret;
import io.meltemi.model.config.Secret.KeyPair;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The certificates and authorities of the configuration, and who may have them. Immutable.
///
/// Istio: a secret is for proxies that have proven to be of its namespace; of the Gateway API also
/// for gateways that were granted it, and for those at which a ListenerSet shows it. ConfigMaps are
/// for everybody who has proven anything.
public final class Credentials {
    private final Map<String, Secret> secrets = new HashMap<>();
    private final Map<String, ConfigMap> maps = new HashMap<>();

    Credentials(Collection<Secret> secrets, Collection<ConfigMap> maps) {
        secrets.forEach(secret ->
                this.secrets.put(
                        name(secret.metadata().namespace(), secret.metadata().name()), secret));
        maps.forEach(
                map -> this.maps.put(name(map.metadata().namespace(), map.metadata().name()), map));
    }

    private static String name(String namespace, String name) {
        return namespace + "/" + name;
    }

    /// What a server shows.
    ///
    /// @param beside the namespace of the document that names it
    /// @param proxy what it has proven
    /// @return empty where there is none, or not for this proxy
    public Optional<KeyPair> keyPair(CredentialName name, String beside, SpiffeId proxy) {
        return namespace(name, beside, proxy)
                .flatMap(namespace -> secret(namespace, name.name()))
                .flatMap(Secret::keyPair);
    }

    /// Whom a server believes. Istio: a secret with the suffix goes before the one without.
    public Optional<CaBundle> authorities(CredentialName name, String beside, SpiffeId proxy) {
        if (name instanceof CredentialName.OfConfigMap(String namespace, String _)) {
            return Optional.ofNullable(maps.get(name(namespace, name.plainName())))
                    .flatMap(ConfigMap::authorities);
        }
        Optional<String> namespace = namespace(name, beside, proxy);
        String plain = name.plainName();
        return namespace.flatMap(in ->
                Stream.of(plain + Secret.CA_SUFFIX, plain)
                        .flatMap(each -> secret(in, each).stream())
                        .findFirst()
                        .flatMap(Secret::authorities));
    }

    private Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(secrets.get(name(namespace, name)));
    }

    private static Optional<String> namespace(CredentialName name, String beside, SpiffeId proxy) {
        String proven = proxy.namespace();
        return switch (name) {
            case CredentialName.OfWorkload(Optional<String> written, String _) ->
                    Optional.of(written.orElse(proven)).filter(proven::equals);
            case CredentialName.OfGateway(String namespace, String _) ->
                    Optional.of(namespace).filter(n -> n.equals(proven) && n.equals(beside));
            case CredentialName.Granted(String namespace, String _, String gateways) ->
                    Optional.of(namespace).filter(_ -> gateways.equals(proven));
            case CredentialName.OfConfigMap _ -> Optional.empty();
        };
    }
}
