package io.meltemi.pilot.scope;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.GrpcAuthorizer;
import io.meltemi.model.config.ExtensionProvider.HttpAuthorizer;
import io.meltemi.model.config.ExtensionProvider.Target;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Finds those who decide about requests in the place of policies. Thread-safe: pure.
///
/// Istio: a service without a namespace is the only one of its name; one that is not found makes
/// the policies that ask for it deny what they select. So does one that the proxy does not see: it
/// could not be called.
final class Authorizers {
    private Authorizers() {}

    /// Those that the policies name and that can be called, by their names.
    ///
    /// @param scope what the proxy sees
    static SortedMap<String, Authorizer> of(
            List<AuthorizationPolicy> policies,
            List<ExtensionProvider> providers,
            ServiceScope scope) {
        SortedMap<String, Authorizer> found = new TreeMap<>();
        List<String> wanted = policies.stream().flatMap(p -> p.provider().stream()).toList();
        for (ExtensionProvider provider : providers) {
            if (wanted.contains(provider.name())) {
                target(provider)
                        .flatMap(target -> authorizer(target, provider, scope))
                        .ifPresent(authorizer -> found.put(provider.name(), authorizer));
            }
        }
        return found;
    }

    private static Optional<Target> target(ExtensionProvider provider) {
        return switch (provider.role()) {
            case GrpcAuthorizer grpc -> Optional.of(grpc.target());
            case HttpAuthorizer http -> Optional.of(http.target());
        };
    }

    private static Optional<Authorizer> authorizer(
            Target target, ExtensionProvider provider, ServiceScope scope) {
        return scope.service(target.host())
                .map(MeshService::service)
                .filter(service -> target.namespace().map(service.namespace()::equals).orElse(true))
                .filter(service ->
                        service.ports().stream().anyMatch(p -> p.number() == target.port()))
                .map(service ->
                        new Authorizer(service.hostname().value(), target.port(), provider.role()));
    }
}
