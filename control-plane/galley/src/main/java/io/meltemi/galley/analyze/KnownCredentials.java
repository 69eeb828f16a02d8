package io.meltemi.galley.analyze;

import io.meltemi.galley.kubernetes.KubernetesObject.PodObject;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.ConfigMap;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The secrets and ConfigMaps that are written, and which of them a gateway means. Immutable.
///
/// A plain name belongs to the namespace of the gateway's workloads: known where their pods are
/// written; else any secret with the name may be meant.
record KnownCredentials(List<Secret> secrets, List<ConfigMap> maps, List<PodObject> pods) {
    KnownCredentials {
        secrets = List.copyOf(secrets);
        maps = List.copyOf(maps);
        pods = List.copyOf(pods);
    }

    static KnownCredentials of(AnalysisInput input) {
        return new KnownCredentials(
                input.all(Secret.class).stream().map(AnalysisInput.Item::resource).toList(),
                input.all(ConfigMap.class).stream().map(AnalysisInput.Item::resource).toList(),
                input.pods());
    }

    /// Those that may be meant, by namespace.
    List<Secret> secrets(CredentialName name, Gateway gateway) {
        return named(name.name(), name, gateway).toList();
    }

    /// Istio: of the secret with the suffix, else of the secret itself.
    Optional<CaBundle> authorities(CredentialName name, Gateway gateway) {
        if (name instanceof CredentialName.OfConfigMap(String namespace, String _)) {
            return maps.stream()
                    .filter(m -> m.metadata().name().equals(name.plainName()))
                    .filter(m -> m.metadata().namespace().equals(namespace))
                    .flatMap(m -> m.authorities().stream())
                    .findFirst();
        }
        String plain = name.plainName();
        return Stream.of(plain + Secret.CA_SUFFIX, plain)
                .flatMap(each -> named(each, name, gateway))
                .flatMap(secret -> secret.authorities().stream())
                .findFirst();
    }

    private Stream<Secret> named(String name, CredentialName reference, Gateway gateway) {
        Set<String> namespaces = namespaces(reference, gateway);
        return secrets.stream()
                .filter(secret -> secret.metadata().name().equals(name))
                .filter(secret ->
                        namespaces.isEmpty() || namespaces.contains(secret.metadata().namespace()));
    }

    /// Where it is looked for, for messages.
    String place(CredentialName name, Gateway gateway) {
        Set<String> namespaces = namespaces(name, gateway);
        return namespaces.isEmpty()
                ? name.name() + " in any namespace"
                : String.join("/" + name.name() + " or ", namespaces) + "/" + name.name();
    }

    /// Empty: not known.
    private Set<String> namespaces(CredentialName name, Gateway gateway) {
        return switch (name) {
            case CredentialName.OfWorkload(Optional<String> written, String _) ->
                    written.map(Set::of).orElseGet(() -> ofWorkloads(gateway));
            case CredentialName.OfGateway(String namespace, String _) -> Set.of(namespace);
            case CredentialName.Granted(String namespace, String _, String _) -> Set.of(namespace);
            case CredentialName.OfConfigMap(String namespace, String _) -> Set.of(namespace);
        };
    }

    private Set<String> ofWorkloads(Gateway gateway) {
        Set<String> namespaces = new TreeSet<>();
        pods.stream()
                .filter(pod -> gateway.selector().selects(pod.metadata().labels()))
                .forEach(pod -> namespaces.add(pod.metadata().namespace()));
        return namespaces;
    }
}
