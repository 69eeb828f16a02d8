package io.meltemi.proxy.filter.headermutation;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rewrite.HeaderMutations.Append;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import io.meltemi.proxy.decide.rewrite.QueryParameters;

/// One change of the query. Immutable.
sealed interface QueryMutation {
    void apply(QueryParameters parameters, RequestFacts facts);

    record Remove(String name) implements QueryMutation {
        @Override
        public void apply(QueryParameters parameters, RequestFacts facts) {
            parameters.remove(name);
        }
    }

    record Put(String name, HeaderTemplate value, Append action) implements QueryMutation {
        @Override
        public void apply(QueryParameters parameters, RequestFacts facts) {
            String text = QueryParameters.encoded(value.format(facts, null));
            switch (action) {
                case APPEND_OR_ADD, JOIN_OR_ADD -> parameters.add(name, text);
                case ADD_IF_ABSENT -> {
                    if (!parameters.contains(name)) {
                        parameters.add(name, text);
                    }
                }
                case OVERWRITE_OR_ADD -> parameters.replace(name, text);
                case OVERWRITE_IF_EXISTS -> {
                    if (parameters.contains(name)) {
                        parameters.replace(name, text);
                    }
                }
            }
        }
    }
}
