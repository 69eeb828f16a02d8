package io.meltemi.proxy.config.route;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.decide.match.UriTemplate;
import io.meltemi.proxy.decide.rewrite.PathRewrite;
import io.meltemi.xds.message.Anys;
import org.jspecify.annotations.Nullable;

/// Compiles path matchers and rewrites that are extensions, of which `uri_template` is known.
/// Immutable: pure functions.
public final class UriTemplateCompiler {
    private UriTemplateCompiler() {}

    /// The template, or null when it was refused.
    public static @Nullable UriTemplate match(TypedExtensionConfig policy, ConfigPlace at) {
        UriTemplateMatchConfig config =
                unpack(policy, UriTemplateMatchConfig.class, at.field("typed_config"));
        try {
            return config == null ? null : UriTemplate.parse(config.getPathTemplate());
        } catch (IllegalArgumentException e) {
            at.field("typed_config").field("path_template").refuse(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /// Envoy: what is rewritten by a template must be matched by one.
    ///
    /// @param at the route's action
    static @Nullable PathRewrite rewrite(Route route, ConfigPlace at) {
        ConfigPlace place = at.field("path_rewrite_policy").field("typed_config");
        UriTemplateRewriteConfig config =
                unpack(
                        route.getRoute().getPathRewritePolicy(),
                        UriTemplateRewriteConfig.class,
                        place);
        if (config == null) {
            return null;
        }
        if (!route.getMatch().hasPathMatchPolicy()) {
            place.refuse("needs a path_match_policy of uri_template in the route's match");
            return null;
        }
        // Its own problems were noted where the match was compiled.
        UriTemplate matched = match(route.getMatch().getPathMatchPolicy(), ConfigPlace.root(""));
        try {
            return matched == null
                    ? null
                    : PathRewrite.Template.parse(matched, config.getPathTemplateRewrite());
        } catch (IllegalArgumentException e) {
            place.field("path_template_rewrite").refuse(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static <T extends Message> @Nullable T unpack(
            TypedExtensionConfig policy, Class<T> type, ConfigPlace at) {
        try {
            if (Anys.is(policy.getTypedConfig(), type)) {
                T template = Anys.unpack(policy.getTypedConfig(), type);
                Constraints.check(template, at);
                return template;
            }
            at.refuse(
                    "'" + policy.getTypedConfig().getTypeUrl() + "' is no " + type.getSimpleName());
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
        }
        return null;
    }
}
