package io.meltemi.proxy.config.route;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.decide.rewrite.PathRewrite;
import io.meltemi.proxy.decide.rewrite.Substitution;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.http.LocalReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles what a route does. Immutable: pure functions, but for reading a body's file.
final class RouteActionCompiler {
    private RouteActionCompiler() {}

    static RouteAction compile(
            Route route, RouteScope scope, VirtualHostCompiler.Defaults defaults, ConfigPlace at) {
        return switch (route.getActionCase()) {
            case ROUTE -> forward(route, defaults, at.field("route"));
            case REDIRECT -> redirect(route.getRedirect(), at.field("redirect"));
            case DIRECT_RESPONSE ->
                    direct(
                            route.getDirectResponse(),
                            scope.mostBodyBytes(),
                            at.field("direct_response"));
            // Envoy: an HTTP proxy has no cluster for it.
            case NON_FORWARDING_ACTION ->
                    new RouteAction.ToCluster("", ForwardingCompiler.compile(route, defaults, at));
            case FILTER_ACTION -> // refused by the supported fields
                    notCompiled();
            case ACTION_NOT_SET -> {
                at.refuse("must have route, redirect or direct_response");
                yield notCompiled();
            }
        };
    }

    /// Stands in a table that is going to be refused.
    static RouteAction notCompiled() {
        return new RouteAction.DirectResponse(reply(500, ""));
    }

    private static RouteAction forward(
            Route route, VirtualHostCompiler.Defaults defaults, ConfigPlace at) {
        Forwarding forwarding = ForwardingCompiler.compile(route, defaults, at);
        return switch (route.getRoute().getClusterSpecifierCase()) {
            case CLUSTER -> {
                if (route.getRoute().getCluster().isEmpty()) {
                    at.field("cluster").refuse("must not be empty");
                }
                yield new RouteAction.ToCluster(route.getRoute().getCluster(), forwarding);
            }
            case CLUSTER_HEADER ->
                    new RouteAction.ToClusterHeader(
                            route.getRoute().getClusterHeader().toLowerCase(java.util.Locale.ROOT),
                            forwarding);
            case WEIGHTED_CLUSTERS -> throw new IllegalStateException("compiled elsewhere");
            case CLUSTER_SPECIFIER_PLUGIN, INLINE_CLUSTER_SPECIFIER_PLUGIN -> notCompiled();
            case CLUSTERSPECIFIER_NOT_SET -> {
                at.refuse("must have cluster, cluster_header or weighted_clusters");
                yield notCompiled();
            }
        };
    }

    private static RouteAction redirect(RedirectAction action, ConfigPlace at) {
        int status =
                switch (action.getResponseCode()) {
                    case MOVED_PERMANENTLY -> 301;
                    case FOUND -> 302;
                    case SEE_OTHER -> 303;
                    case TEMPORARY_REDIRECT -> 307;
                    case PERMANENT_REDIRECT -> 308;
                    case UNRECOGNIZED -> {
                        at.field("response_code")
                                .refuse(action.getResponseCodeValue() + " is no redirect");
                        yield 301;
                    }
                };
        String scheme =
                action.getHttpsRedirect() ? "https" : emptyToNull(action.getSchemeRedirect());
        PathRewrite rewrite =
                switch (action.getPathRewriteSpecifierCase()) {
                    case PREFIX_REWRITE -> new PathRewrite.Prefix(action.getPrefixRewrite());
                    case REGEX_REWRITE ->
                            regexRewrite(action.getRegexRewrite(), at.field("regex_rewrite"));
                    case PATH_REDIRECT, PATHREWRITESPECIFIER_NOT_SET -> null;
                };
        return new RouteAction.Redirect(
                status,
                scheme,
                emptyToNull(action.getHostRedirect()),
                action.getPortRedirect(),
                emptyToNull(action.getPathRedirect()),
                rewrite,
                action.getStripQuery());
    }

    static PathRewrite.Regex regexRewrite(RegexMatchAndSubstitute rewrite, ConfigPlace at) {
        Pattern pattern = StringMatchCompiler.regex(rewrite.getPattern(), at.field("pattern"));
        return new PathRewrite.Regex(pattern, substitution(rewrite, pattern, at));
    }

    static Substitution substitution(
            RegexMatchAndSubstitute rewrite, Pattern pattern, ConfigPlace at) {
        try {
            return Substitution.parse(rewrite.getSubstitution(), pattern.groupCount());
        } catch (IllegalArgumentException e) {
            at.field("substitution").refuse(String.valueOf(e.getMessage()));
            return new Substitution(List.of());
        }
    }

    private static RouteAction direct(DirectResponseAction action, int mostBytes, ConfigPlace at) {
        if (action.getStatus() < 200 || action.getStatus() > 599) {
            at.field("status").refuse(action.getStatus() + " is no status of 200 to 599");
        }
        String body = body(action.getBody(), at.field("body"));
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        if (mostBytes > 0 && bytes > mostBytes) {
            at.field("body")
                    .refuse(
                            bytes
                                    + " bytes are more than the "
                                    + mostBytes
                                    + " of max_direct_response_body_size_bytes");
        }
        return new RouteAction.DirectResponse(reply(action.getStatus(), body));
    }

    private static String body(DataSource source, ConfigPlace at) {
        return switch (source.getSpecifierCase()) {
            case INLINE_STRING -> source.getInlineString();
            case INLINE_BYTES -> source.getInlineBytes().toStringUtf8();
            case FILENAME -> {
                try {
                    yield Files.readString(Path.of(source.getFilename()));
                } catch (IOException e) {
                    at.field("filename").refuse("'" + source.getFilename() + "': " + e);
                    yield "";
                }
            }
            case ENVIRONMENT_VARIABLE, SPECIFIER_NOT_SET -> "";
        };
    }

    private static LocalReply reply(int status, String body) {
        return new LocalReply(status, body, null, "direct_response", Map.of());
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
