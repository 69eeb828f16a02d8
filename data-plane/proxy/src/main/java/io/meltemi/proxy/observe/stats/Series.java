package io.meltemi.proxy.observe.stats;

import java.util.List;

/// One named value of the store. Implementations are thread-safe for readers.
sealed interface Series permits Counter, Gauge, Histogram, TextReadout {
    /// The full name, tags included: `cluster.reviews.upstream_rq_total`.
    String name();

    /// The name without its tags, and the tags.
    TaggedName tagged();

    /// Whether anything was ever written to it.
    boolean isUsed();

    /// A name split into what is common to all its kind and what tells one from another.
    ///
    /// @param base `cluster.upstream_rq_total`
    record TaggedName(String base, List<Tag> tags) {
        public TaggedName {
            tags = List.copyOf(tags);
        }
    }

    /// @param name `envoy.cluster_name`
    record Tag(String name, String value) {}
}
