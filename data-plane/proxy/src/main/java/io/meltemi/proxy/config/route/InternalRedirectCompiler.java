package io.meltemi.proxy.config.route;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.decide.retry.StatusCodes;
import io.meltemi.proxy.decide.route.InternalRedirects;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `internal_redirect_policy`. Immutable: pure functions.
final class InternalRedirectCompiler {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private InternalRedirectCompiler() {}

    /// @param at the route's action
    /// @return null where redirects are not followed
    @SuppressWarnings("deprecation") // `internal_redirect_action`: older control planes send it
    static @Nullable InternalRedirects compile(RouteAction action, ConfigPlace at) {
        if (action.hasInternalRedirectPolicy()) {
            return compile(
                    action.getInternalRedirectPolicy(), at.field("internal_redirect_policy"));
        }
        if (action.getInternalRedirectAction()
                != RouteAction.InternalRedirectAction.HANDLE_INTERNAL_REDIRECT) {
            return null;
        }
        InternalRedirectPolicy.Builder same = InternalRedirectPolicy.newBuilder();
        if (action.hasMaxInternalRedirects()) {
            same.setMaxInternalRedirects(action.getMaxInternalRedirects());
        }
        return compile(same.build(), at);
    }

    private static InternalRedirects compile(InternalRedirectPolicy policy, ConfigPlace at) {
        List<InternalRedirects.Predicate> predicates = new ArrayList<>();
        for (int i = 0; i < policy.getPredicatesCount(); i++) {
            InternalRedirects.Predicate predicate =
                    predicate(policy.getPredicates(i), at.element("predicates", i));
            if (predicate != null) {
                predicates.add(predicate);
            }
        }
        return new InternalRedirects(
                policy.hasMaxInternalRedirects() ? policy.getMaxInternalRedirects().getValue() : 1,
                new StatusCodes(statuses(policy)),
                policy.getAllowCrossSchemeRedirect(),
                predicates,
                headersToCopy(policy, at));
    }

    /// Envoy: not what says where a request goes.
    private static List<String> headersToCopy(InternalRedirectPolicy policy, ConfigPlace at) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < policy.getResponseHeadersToCopyCount(); i++) {
            String name = policy.getResponseHeadersToCopy(i).toLowerCase(Locale.ROOT);
            if (name.startsWith(":") || name.equals("host")) {
                at.element("response_headers_to_copy", i)
                        .refuse("'" + name + "' must be neither host nor begin with ':'");
            }
            names.add(name);
        }
        return names;
    }

    /// Envoy: 302 alone unless others are named, of which it knows five.
    private static List<Integer> statuses(InternalRedirectPolicy policy) {
        return policy.getRedirectResponseCodesCount() == 0
                ? List.of(302)
                : policy.getRedirectResponseCodesList().stream()
                        .filter(REDIRECTS::contains)
                        .toList();
    }

    private static InternalRedirects.@Nullable Predicate predicate(
            TypedExtensionConfig predicate, ConfigPlace at) {
        var config = predicate.getTypedConfig();
        try {
            if (Anys.is(config, PreviousRoutesConfig.class)) {
                return new InternalRedirects.PreviousRoutes();
            }
            if (Anys.is(config, SafeCrossSchemeConfig.class)) {
                return new InternalRedirects.SafeCrossScheme();
            }
            if (Anys.is(config, AllowListedRoutesConfig.class)) {
                AllowListedRoutesConfig listed = Anys.unpack(config, AllowListedRoutesConfig.class);
                Constraints.check(listed, at);
                return new InternalRedirects.AllowListedRoutes(
                        Set.copyOf(listed.getAllowedRouteNamesList()));
            }
            at.refuse("'" + config.getTypeUrl() + "' is no predicate of internal redirects");
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
        }
        return null;
    }
}
