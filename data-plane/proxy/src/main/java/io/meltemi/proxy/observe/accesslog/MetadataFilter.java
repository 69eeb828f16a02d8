package io.meltemi.proxy.observe.accesslog;

import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.MetadataMatchCompiler;
import io.meltemi.proxy.decide.match.MetadataMatch;

/// Compiles `envoy.config.accesslog.v3.MetadataFilter`, which asks what filters noted. Immutable.
final class MetadataFilter {
    private MetadataFilter() {}

    /// @throws IllegalArgumentException naming what is wrong
    static RecordFilter compile(io.envoyproxy.envoy.config.accesslog.v3.MetadataFilter filter) {
        boolean unknown =
                !filter.hasMatchIfKeyNotFound() || filter.getMatchIfKeyNotFound().getValue();
        if (!filter.hasMatcher()) {
            return _ -> unknown;
        }
        MetadataMatcher matcher = filter.getMatcher();
        ConfigPlace at = ConfigPlace.root("access_log.filter.metadata_filter.matcher");
        MetadataMatch match = MetadataMatchCompiler.compile(matcher, at);
        if (!at.isClean()) {
            throw new IllegalArgumentException(at.problems().getFirst().toString());
        }
        return record -> {
            Object noted = record.dynamicMetadata.get(match.namespace());
            return MetadataMatch.lookUp(noted, match.path()) == null
                    ? unknown
                    : match.matches(noted);
        };
    }
}
