package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.FilterStateMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.MetadataMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.match.ConnectionMatch;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.UriTemplate;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `RouteMatch`, for routes and for filters that use it. Immutable: pure functions.
public final class RouteMatchCompiler {
    private RouteMatchCompiler() {}

    public static io.meltemi.proxy.decide.route.RouteMatch compile(
            RouteMatch match, RuntimeKeys keys, ConfigPlace at) {
        List<MetadataMatch> metadata = new ArrayList<>();
        for (int i = 0; i < match.getDynamicMetadataCount(); i++) {
            metadata.add(
                    MetadataMatchCompiler.compile(
                            match.getDynamicMetadata(i), at.element("dynamic_metadata", i)));
        }
        Fraction share =
                match.hasRuntimeFraction()
                        ? Values.fraction(
                                match.getRuntimeFraction(), keys, at.field("runtime_fraction"))
                        : null;
        return new io.meltemi.proxy.decide.route.RouteMatch(
                path(match, at),
                HeaderMatchCompiler.compileAll(match.getHeadersList(), at, "headers"),
                HeaderMatchCompiler.queries(match.getQueryParametersList(), at, "query_parameters"),
                metadata,
                share,
                match.hasGrpc(),
                connection(match, at));
    }

    private static @Nullable ConnectionMatch connection(RouteMatch match, ConfigPlace at) {
        if (!match.hasTlsContext() && match.getFilterStateCount() == 0) {
            return null;
        }
        RouteMatch.TlsContextMatchOptions tls = match.getTlsContext();
        List<ConnectionMatch.State> states = new ArrayList<>();
        for (int i = 0; i < match.getFilterStateCount(); i++) {
            FilterStateMatcher state = match.getFilterState(i);
            states.add(
                    new ConnectionMatch.State(
                            state.getKey(),
                            StringMatchCompiler.compile(
                                    state.getStringMatch(),
                                    at.element("filter_state", i).field("string_match"))));
        }
        return new ConnectionMatch(
                tls.hasPresented() ? tls.getPresented().getValue() : null,
                tls.hasValidated() ? tls.getValidated().getValue() : null,
                states);
    }

    private static PathMatch path(RouteMatch match, ConfigPlace at) {
        boolean ignoreCase = match.hasCaseSensitive() && !match.getCaseSensitive().getValue();
        return switch (match.getPathSpecifierCase()) {
            case PREFIX -> new PathMatch.Prefix(match.getPrefix(), ignoreCase);
            case PATH -> new PathMatch.Exact(match.getPath(), ignoreCase);
            case SAFE_REGEX ->
                    new PathMatch.Regex(
                            StringMatchCompiler.regex(
                                    match.getSafeRegex(), at.field("safe_regex")));
            case PATH_SEPARATED_PREFIX -> {
                String prefix = match.getPathSeparatedPrefix();
                if (prefix.length() < 2
                        || prefix.endsWith("/")
                        || PathMatch.end(prefix) < prefix.length()) {
                    at.field("path_separated_prefix")
                            .refuse(
                                    "'"
                                            + prefix
                                            + "' must be like /a, without / at its end, ? or #");
                }
                yield new PathMatch.SeparatedPrefix(prefix, ignoreCase);
            }
            case PATH_MATCH_POLICY -> {
                UriTemplate template =
                        UriTemplateCompiler.match(
                                match.getPathMatchPolicy(), at.field("path_match_policy"));
                yield template == null
                        ? new PathMatch.Exact("", false)
                        : new PathMatch.Template(template);
            }
            case CONNECT_MATCHER -> new PathMatch.Connect();
            case PATHSPECIFIER_NOT_SET -> {
                at.refuse("must have prefix, path, safe_regex or path_separated_prefix");
                yield new PathMatch.Exact("", false);
            }
        };
    }
}
