package io.meltemi.pilot.scope;

import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.Deciding;
import java.util.List;
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
            if (wanted.contains(provider.name()) && provider.role() instanceof Deciding deciding) {
                Callee.of(deciding.target(), scope)
                        .ifPresent(service ->
                                found.put(
                                        provider.name(),
                                        new Authorizer(
                                                service.hostname().value(),
                                                deciding.target().port(),
                                                deciding)));
            }
        }
        return found;
    }
}
