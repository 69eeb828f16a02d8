package io.meltemi.model.config;

import java.util.Optional;

/// By what a gateway names certificates that the control plane holds (Istio: `credentialName` and
/// the names of secrets over SDS). Immutable.
public sealed interface CredentialName {
    /// A secret of the namespace that the gateway's workload has proven: `kubernetes://NAME`.
    ///
    /// @param namespace written before the name: no other is meant then
    record OfWorkload(Optional<String> namespace, String name) implements CredentialName {
        @Override
        public String resource() {
            return SECRET + namespace.map(n -> n + "/").orElse("") + name;
        }
    }

    /// A secret that stands beside the gateway's document: `kubernetes-gateway://NAMESPACE/NAME`.
    record OfGateway(String namespace, String name) implements CredentialName {
        @Override
        public String resource() {
            return GATEWAY_SECRET + namespace + "/" + name;
        }
    }

    /// A secret that gateways of another namespace may have: it lets them refer to it, or a
    /// ListenerSet shows it at one of them. Named as one beside the gateway.
    ///
    /// @param gateways the namespace of these
    record Granted(String namespace, String name, String gateways) implements CredentialName {
        @Override
        public String resource() {
            return new OfGateway(namespace, name).resource();
        }
    }

    /// Authorities of a ConfigMap, which are for everybody: `configmap://NAMESPACE/NAME`.
    record OfConfigMap(String namespace, String name) implements CredentialName {
        @Override
        public String resource() {
            return CONFIG_MAP + namespace + "/" + name;
        }
    }

    String SECRET = "kubernetes://";
    String GATEWAY_SECRET = "kubernetes-gateway://";
    String CONFIG_MAP = "configmap://";

    /// The name of the secret or ConfigMap.
    String name();

    /// The name without what marks authorities.
    default String plainName() {
        return name().endsWith(Secret.CA_SUFFIX)
                ? name().substring(0, name().length() - Secret.CA_SUFFIX.length())
                : name();
    }

    /// What a proxy asks for to get the certificate.
    String resource();

    /// What a proxy asks for to get the authorities.
    ///
    /// Istio: the name with `-cacert` after it. A name that is written for authorities alone is
    /// asked for as it stands there, where a certificate would be found: it gets the suffix too.
    default String authoritiesResource() {
        boolean isOwn = this instanceof OfConfigMap || name().endsWith(Secret.CA_SUFFIX);
        return isOwn ? resource() : resource() + Secret.CA_SUFFIX;
    }

    /// Reads what stands in a configuration; empty where it names nothing.
    static Optional<CredentialName> parse(String text) {
        if (text.startsWith(GATEWAY_SECRET)) {
            return parts(text, GATEWAY_SECRET)
                    .filter(p -> p.length == 2)
                    .map(p -> new OfGateway(p[0], p[1]));
        }
        if (text.startsWith(CONFIG_MAP)) {
            return parts(text, CONFIG_MAP)
                    .filter(p -> p.length == 2)
                    .map(p -> new OfConfigMap(p[0], p[1]));
        }
        String name = text.startsWith(SECRET) ? text : SECRET + text;
        return parts(name, SECRET)
                .filter(_ -> text.startsWith(SECRET) || !text.contains("/"))
                .map(p ->
                        p.length == 2
                                ? new OfWorkload(Optional.of(p[0]), p[1])
                                : new OfWorkload(Optional.empty(), p[0]));
    }

    /// `NAME` or `NAMESPACE/NAME`.
    private static Optional<String[]> parts(String text, String scheme) {
        String[] parts = text.substring(scheme.length()).split("/", -1);
        boolean named = parts.length <= 2;
        for (String part : parts) {
            named &= !part.isEmpty();
        }
        return named ? Optional.of(parts) : Optional.empty();
    }
}
