package io.meltemi.proxy.filter.jwt;

import io.meltemi.proxy.config.check.ConfigPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Compiles `JwtRequirement`. Immutable: pure functions.
final class JwtRequirementCompiler {
    private JwtRequirementCompiler() {}

    static JwtRequirement compile(
            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement requirement,
            Map<String, JwtProvider> providers,
            ConfigPlace at) {
        List<JwtProvider> all = List.copyOf(providers.values());
        return switch (requirement.getRequiresTypeCase()) {
            case PROVIDER_NAME ->
                    ofProvider(
                            requirement.getProviderName(),
                            List.of(),
                            providers,
                            at.field("provider_name"));
            case PROVIDER_AND_AUDIENCES -> {
                List<String> audiences = new ArrayList<>();
                requirement
                        .getProviderAndAudiences()
                        .getAudiencesList()
                        .forEach(audience -> audiences.add(Jwt.plainAudience(audience)));
                yield ofProvider(
                        requirement.getProviderAndAudiences().getProviderName(),
                        audiences,
                        providers,
                        at.field("provider_and_audiences").field("provider_name"));
            }
            case REQUIRES_ANY ->
                    anyOf(
                            list(
                                    requirement.getRequiresAny().getRequirementsList(),
                                    providers,
                                    at.field("requires_any")));
            case REQUIRES_ALL ->
                    new JwtRequirement.AllOf(
                            list(
                                    requirement.getRequiresAll().getRequirementsList(),
                                    providers,
                                    at.field("requires_all")));
            case ALLOW_MISSING -> new JwtRequirement.Voluntary(all, false);
            case ALLOW_MISSING_OR_FAILED -> new JwtRequirement.Voluntary(all, true);
            case REQUIRESTYPE_NOT_SET -> new JwtRequirement.Nothing();
        };
    }

    private static JwtRequirement ofProvider(
            String name,
            List<String> audiences,
            Map<String, JwtProvider> providers,
            ConfigPlace at) {
        JwtProvider provider = providers.get(name);
        if (provider == null) {
            at.refuse("'" + name + "' is none of the providers " + providers.keySet());
            return new JwtRequirement.Nothing();
        }
        return new JwtRequirement.OfProvider(provider, audiences);
    }

    /// Envoy asks what lets requests without tokens pass after all others, and the most lenient
    /// only.
    private static JwtRequirement anyOf(List<JwtRequirement> requirements) {
        List<JwtRequirement> ordered = new ArrayList<>();
        JwtRequirement.Voluntary voluntary = null;
        for (JwtRequirement requirement : requirements) {
            if (requirement instanceof JwtRequirement.Voluntary lenient) {
                voluntary = voluntary == null || lenient.orFailed() ? lenient : voluntary;
            } else {
                ordered.add(requirement);
            }
        }
        if (voluntary != null) {
            ordered.add(voluntary);
        }
        return new JwtRequirement.AnyOf(ordered);
    }

    private static List<JwtRequirement> list(
            List<io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement>
                    requirements,
            Map<String, JwtProvider> providers,
            ConfigPlace at) {
        if (requirements.size() < 2) {
            at.field("requirements").refuse("must be at least two");
        }
        List<JwtRequirement> compiled = new ArrayList<>();
        for (int i = 0; i < requirements.size(); i++) {
            compiled.add(compile(requirements.get(i), providers, at.element("requirements", i)));
        }
        return compiled;
    }
}
