package io.meltemi.proxy.filter.headermutation;

import com.google.protobuf.Any;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.KeyValueAppend;
import io.envoyproxy.envoy.config.core.v3.KeyValueMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.decide.rewrite.HeaderMutations.Append;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.header_mutation`. Immutable: pure functions.
public final class HeaderMutationFilterCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(
                            HeaderMutation.getDescriptor(),
                            "mutations most_specific_header_mutations_wins")
                    .supports(HeaderMutationPerRoute.getDescriptor(), "mutations")
                    .supports(
                            io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations
                                    .getDescriptor(),
                            "request_mutations query_parameter_mutations response_mutations")
                    .supports(
                            io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation
                                    .getDescriptor(),
                            "remove append")
                    .supports(KeyValueMutation.getDescriptor(), "append remove")
                    .supports(KeyValueAppend.getDescriptor(), "record action")
                    .build();

    private HeaderMutationFilterCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        HeaderMutation filter =
                TypedConfig.open(config, HeaderMutation.getDefaultInstance(), FIELDS, at);
        return filter == null
                ? null
                : new HeaderMutationFilter(
                        name,
                        mutations(filter.getMutations(), at.field("mutations")),
                        filter.getMostSpecificHeaderMutationsWins());
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        HeaderMutationPerRoute route =
                TypedConfig.open(config, HeaderMutationPerRoute.getDefaultInstance(), FIELDS, at);
        return route == null
                ? null
                : new RouteMutations(
                        List.of(mutations(route.getMutations(), at.field("mutations"))));
    }

    private static Mutations mutations(
            io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations proto,
            ConfigPlace at) {
        List<QueryMutation> query = new ArrayList<>();
        for (int i = 0; i < proto.getQueryParameterMutationsCount(); i++) {
            query.add(
                    query(
                            proto.getQueryParameterMutations(i),
                            at.element("query_parameter_mutations", i)));
        }
        return new Mutations(
                headers(proto.getRequestMutationsList(), at, "request_mutations"),
                query,
                headers(proto.getResponseMutationsList(), at, "response_mutations"));
    }

    /// One level each, so that they are made in the order in which they are written.
    private static HeaderMutations headers(
            List<io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation> mutations,
            ConfigPlace at,
            String field) {
        List<HeaderMutations.Level> levels = new ArrayList<>();
        for (int i = 0; i < mutations.size(); i++) {
            ConfigPlace place = at.element(field, i);
            switch (mutations.get(i).getActionCase()) {
                case REMOVE ->
                        levels.add(
                                HeaderMutationCompiler.remove(
                                        mutations.get(i).getRemove(), place.field("remove")));
                case APPEND ->
                        levels.add(
                                HeaderMutationCompiler.add(
                                        mutations.get(i).getAppend(),
                                        field.startsWith("request"),
                                        place.field("append")));
                default -> place.refuse("must have remove or append");
            }
        }
        return HeaderMutations.of(levels);
    }

    private static QueryMutation query(KeyValueMutation mutation, ConfigPlace at) {
        if (!mutation.hasAppend()) {
            if (mutation.getRemove().isEmpty()) {
                at.refuse("must have append or remove");
            }
            return new QueryMutation.Remove(mutation.getRemove());
        }
        KeyValueAppend append = mutation.getAppend();
        Value value = append.getRecord().getValue();
        ConfigPlace place = at.field("append").field("record");
        if (append.getRecord().getKey().isEmpty()) {
            place.field("key").refuse("must not be empty");
        }
        if (!value.hasStringValue()) {
            place.field("value").refuse("must be text");
        }
        return new QueryMutation.Put(
                append.getRecord().getKey(),
                HeaderMutationCompiler.template(value.getStringValue(), place.field("value")),
                switch (append.getAction()) {
                    case APPEND_IF_EXISTS_OR_ADD, UNRECOGNIZED -> Append.APPEND_OR_ADD;
                    case ADD_IF_ABSENT -> Append.ADD_IF_ABSENT;
                    case OVERWRITE_IF_EXISTS_OR_ADD -> Append.OVERWRITE_OR_ADD;
                    case OVERWRITE_IF_EXISTS -> Append.OVERWRITE_IF_EXISTS;
                });
    }
}
