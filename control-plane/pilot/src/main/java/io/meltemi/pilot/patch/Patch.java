package io.meltemi.pilot.patch;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.ConfigPatch;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.FilterClass;
import io.meltemi.model.config.EnvoyFilter.ObjectMatch;
import io.meltemi.model.config.EnvoyFilter.Operation;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Origin;

/// One patch whose value was understood. Immutable.
///
/// @param label for people: the filter and the patch's number in it
/// @param value of the type that it is applied to; empty where something is removed
/// @param written what it was made of: what makes two patches equal
record Patch(String label, Sourced<ConfigPatch> written, Message value) {
    /// @param index in the list of the filter's patches
    /// @throws InvalidProtocolBufferException when Envoy has no such field or type
    static Patch of(EnvoyFilter filter, int index) throws InvalidProtocolBufferException {
        Sourced<ConfigPatch> written = filter.patches().get(index);
        Message prototype = prototype(written.value().applyTo());
        return new Patch(
                label(filter, index),
                written,
                written.value().operation() == Operation.REMOVE || written.value().value().isEmpty()
                        ? prototype
                        : PatchValue.read(written.value().value().get(), prototype));
    }

    static String label(EnvoyFilter filter, int index) {
        return "EnvoyFilter %s/%s, configPatches[%d]"
                .formatted(filter.metadata().namespace(), filter.metadata().name(), index);
    }

    private static Message prototype(ApplyTo applyTo) {
        return switch (applyTo) {
            case CLUSTER -> Cluster.getDefaultInstance();
            case ROUTE_CONFIGURATION -> RouteConfiguration.getDefaultInstance();
            case VIRTUAL_HOST -> VirtualHost.getDefaultInstance();
            case HTTP_ROUTE -> Route.getDefaultInstance();
            case LISTENER -> Listener.getDefaultInstance();
            case LISTENER_FILTER -> ListenerFilter.getDefaultInstance();
            case FILTER_CHAIN -> FilterChain.getDefaultInstance();
            case NETWORK_FILTER -> Filter.getDefaultInstance();
            case HTTP_FILTER -> HttpFilter.getDefaultInstance();
            case EXTENSION_CONFIG -> TypedExtensionConfig.getDefaultInstance();
        };
    }

    ApplyTo applyTo() {
        return written.value().applyTo();
    }

    /// Istio: where the order does not count, to insert is to add.
    Operation operation() {
        Operation operation = written.value().operation();
        return switch (operation) {
            case INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST ->
                    applyTo().isOrdered() ? operation : Operation.ADD;
            case MERGE, MERGE_AND_REPLACE_LIST, ADD, REMOVE, REPLACE -> operation;
        };
    }

    FilterClass filterClass() {
        return written.value().filterClass();
    }

    ObjectMatch match() {
        return written.value().match().object();
    }

    Origin at() {
        return written.at();
    }

    boolean isFor(ApplyTo applyTo, Context context) {
        Context wanted = written.value().match().context();
        return applyTo() == applyTo && (wanted == Context.ANY || wanted == context);
    }

    boolean adds() {
        return operation() == Operation.ADD;
    }

    boolean removes() {
        return operation() == Operation.REMOVE;
    }

    boolean merges() {
        return operation() == Operation.MERGE || operation() == Operation.MERGE_AND_REPLACE_LIST;
    }

    /// The message with the value merged into it.
    @SuppressWarnings("unchecked")
    <M extends Message> M mergedInto(M message) {
        return (M) Merging.of(operation()).merge(message, value);
    }

    /// What an HTTP connection manager is configured with.
    static HttpConnectionManager manager(Any config) throws InvalidProtocolBufferException {
        return config.unpack(HttpConnectionManager.class);
    }
}
