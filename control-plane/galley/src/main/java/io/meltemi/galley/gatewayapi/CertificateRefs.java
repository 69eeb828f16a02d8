package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.ListenerTls.ObjectRef;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.Flaw;
import io.meltemi.model.config.Kind;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What listeners refer to for TLS: whether it is there, fits, and may be used. Confined to one
/// reading.
///
/// Istio: of another namespace one needs a grant, and is not told whether it exists without one.
final class CertificateRefs {
    private final Grants grants;
    private final Map<ResourceKey, ConfigResource> resources = new HashMap<>();

    CertificateRefs(Grants grants, List<ConfigResource> resources) {
        this.grants = grants;
        resources.forEach(resource -> this.resources.put(resource.key(), resource));
    }

    /// What became of a reference.
    sealed interface Resolution {
        record Found(CredentialName name) implements Resolution {}

        /// @param reason in the words of the Gateway API
        record Failed(String reason, String message) implements Resolution {
            void report(Findings findings, ObjectRef ref) {
                findings.judge(
                        Code.REFERENCE_NOT_RESOLVED,
                        ref.at(),
                        "not resolved (%s): %s; a listener without a certificate is not opened"
                                .formatted(reason, message));
            }
        }
    }

    /// What a listener shows.
    Resolution certificate(ListenerOwner owner, ObjectRef ref) {
        String namespace = ref.namespace().orElse(owner.namespace());
        if (!ref.group().isEmpty() || !ref.kind().equals("Secret")) {
            return new Resolution.Failed(
                    "InvalidCertificateRef", "a certificate is a Secret, not a " + ref.kind());
        }
        if (!isPermitted(owner.document(), ref, namespace)) {
            return notPermitted(owner.document(), ref, namespace);
        }
        return certificateProblem(namespace, ref.name())
                .<Resolution>map(why -> new Resolution.Failed("InvalidCertificateRef", why))
                .orElseGet(() -> new Resolution.Found(secret(owner, namespace, ref.name())));
    }

    private Optional<String> certificateProblem(String namespace, String name) {
        String what = "Secret %s/%s".formatted(namespace, name);
        if (!(resources.get(new ResourceKey(Kind.SECRET, namespace, name)) instanceof Secret s)) {
            return Optional.of("there is no " + what);
        }
        return s.keyPair().isEmpty()
                ? Optional.of(
                        "%s has no tls.crt and tls.key: it holds %s"
                                .formatted(what, Secret.named(s.entries())))
                : s.keyPair().get().flaw().map(why -> what + ": " + why);
    }

    private static CredentialName secret(ListenerOwner owner, String namespace, String name) {
        return owner.isGateway() && namespace.equals(owner.namespace())
                ? new CredentialName.OfGateway(namespace, name)
                : new CredentialName.Granted(namespace, name, owner.gateway().namespace());
    }

    /// By what clients are checked: the gateway says it, for all of its listeners.
    Resolution authorities(ListenerOwner owner, ObjectRef ref) {
        Written<GatewayObject> gateway = owner.gateway();
        String namespace = ref.namespace().orElse(gateway.namespace());
        boolean isMap = ref.group().isEmpty() && ref.kind().equals("ConfigMap");
        boolean isSecret = ref.group().isEmpty() && ref.kind().equals("Secret");
        if (!isMap && !isSecret) {
            return new Resolution.Failed(
                    "InvalidCACertificateKind",
                    "authorities are a ConfigMap or a Secret, not a " + ref.kind());
        }
        if (!isPermitted(gateway, ref, namespace)) {
            return notPermitted(gateway, ref, namespace);
        }
        Optional<String> problem =
                bundle(isMap ? Kind.CONFIG_MAP : Kind.SECRET, namespace, ref.name())
                        .map(found -> found.flaw().map(Flaw::toString))
                        .orElse(Optional.of("it holds no ca.crt, or is not there"));
        if (problem.isPresent()) {
            return new Resolution.Failed(
                    "InvalidCACertificateRef",
                    "%s %s/%s: %s".formatted(ref.kind(), namespace, ref.name(), problem.get()));
        }
        String name = ref.name() + Secret.CA_SUFFIX;
        return new Resolution.Found(
                isMap
                        ? new CredentialName.OfConfigMap(namespace, name)
                        : secret(owner, namespace, name));
    }

    private Optional<CaBundle> bundle(Kind kind, String namespace, String name) {
        return switch (resources.get(new ResourceKey(kind, namespace, name))) {
            case Secret secret -> secret.authorities();
            case ConfigMap map -> map.authorities();
            case null, default -> Optional.empty();
        };
    }

    private boolean isPermitted(
            Written<? extends GatewayApiObject> from, ObjectRef ref, String namespace) {
        return namespace.equals(from.namespace())
                || grants.allow(
                        from.object().kind(),
                        from.namespace(),
                        ref.group(),
                        ref.kind(),
                        namespace,
                        ref.name());
    }

    private static Resolution notPermitted(
            Written<? extends GatewayApiObject> from, ObjectRef ref, String namespace) {
        return new Resolution.Failed(
                "RefNotPermitted",
                "%s %s/%s is of another namespace, where no ReferenceGrant lets a %s of namespace %s refer to it"
                        .formatted(
                                ref.kind(),
                                namespace,
                                ref.name(),
                                from.object().kind().kindName(),
                                from.namespace()));
    }
}
