package io.meltemi.proxy.listener;

import io.meltemi.proxy.decide.match.MatchTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a listener finds the filter chain of a connection. Immutable.
public sealed interface ChainChoice {
    /// The chain, or null when none is for this connection.
    ///
    /// @param usual `default_filter_chain`, or null
    @Nullable FilterChain pick(
            List<FilterChain> chains, @Nullable FilterChain usual, ConnectionFacts facts);

    /// By what each chain says of itself (`filter_chain_match`).
    record ByMatch() implements ChainChoice {
        @Override
        public @Nullable FilterChain pick(
                List<FilterChain> chains, @Nullable FilterChain usual, ConnectionFacts facts) {
            FilterChain chain = ChainPicker.pick(chains, facts);
            return chain == null ? usual : chain;
        }
    }

    /// By the listener's `filter_chain_matcher`, which leads to a chain's name.
    ///
    /// Envoy: a name that no chain has ends the connection, and so does not stand for the usual
    /// chain.
    record ByTree(MatchTree<ConnectionFacts, String> tree) implements ChainChoice {
        @Override
        public @Nullable FilterChain pick(
                List<FilterChain> chains, @Nullable FilterChain usual, ConnectionFacts facts) {
            String name = tree.find(facts);
            if (name == null) {
                return usual;
            }
            for (FilterChain chain : chains) {
                if (chain.name().equals(name)) {
                    return chain;
                }
            }
            return null;
        }
    }
}
