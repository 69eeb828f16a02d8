package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.decide.route.ScopeKeyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compiles what routing scopes are known by. Immutable: pure functions.
public final class ScopeKeyCompiler {
    /// Of all around the scopes.
    public static final SupportedFields BUILDER_FIELDS =
            SupportedFields.builder()
                    .supports(
                            ScopedRoutes.getDescriptor(),
                            "name scope_key_builder rds_config_source"
                                    + " scoped_route_configurations_list scoped_rds")
                    .supports(ScopedRoutes.ScopeKeyBuilder.getDescriptor(), "fragments")
                    .supports(FragmentBuilder.getDescriptor(), "header_value_extractor")
                    .supports(
                            HeaderValueExtractor.getDescriptor(),
                            "name element_separator index element")
                    .supports(HeaderValueExtractor.KvElement.getDescriptor(), "separator key")
                    .supports(
                            ScopedRouteConfigurationsList.getDescriptor(),
                            "scoped_route_configurations")
                    .supports(ScopedRds.getDescriptor(), "scoped_rds_config_source")
                    .build();

    /// Of a scope; its routes are checked where they are compiled.
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            ScopedRouteConfiguration.getDescriptor(),
                            "name route_configuration_name route_configuration key on_demand")
                    .supports(ScopedRouteConfiguration.Key.getDescriptor(), "fragments")
                    .supports(ScopedRouteConfiguration.Key.Fragment.getDescriptor(), "string_key")
                    .build();

    private ScopeKeyCompiler() {}

    /// How keys are made of requests; of use only when nothing was refused at `at`.
    public static ScopeKeyBuilder builder(ScopedRoutes.ScopeKeyBuilder proto, ConfigPlace at) {
        if (proto.getFragmentsCount() == 0) {
            at.field("fragments").refuse("must have at least one");
        }
        List<ScopeKeyBuilder.Fragment> fragments = new ArrayList<>();
        for (int i = 0; i < proto.getFragmentsCount(); i++) {
            FragmentBuilder fragment = proto.getFragments(i);
            ConfigPlace place = at.element("fragments", i);
            if (!fragment.hasHeaderValueExtractor()) {
                place.refuse("has no header_value_extractor");
            }
            fragments.add(
                    fragment(
                            fragment.getHeaderValueExtractor(),
                            place.field("header_value_extractor")));
        }
        return new ScopeKeyBuilder(fragments);
    }

    private static ScopeKeyBuilder.Fragment fragment(HeaderValueExtractor proto, ConfigPlace at) {
        if (proto.getName().isEmpty()) {
            at.field("name").refuse("is empty");
        }
        String name = proto.getName().toLowerCase(Locale.ROOT);
        return new ScopeKeyBuilder.Fragment(
                name.equals("host") ? ":authority" : name,
                proto.getElementSeparator(),
                extract(proto, at));
    }

    private static ScopeKeyBuilder.Extract extract(HeaderValueExtractor proto, ConfigPlace at) {
        return switch (proto.getExtractTypeCase()) {
            case INDEX -> {
                if (proto.getIndex() != 0 && proto.getElementSeparator().isEmpty()) {
                    at.field("index").refuse("must be 0 without an element_separator");
                }
                // Beyond what an int holds no value has elements.
                yield new ScopeKeyBuilder.Index(proto.getIndex());
            }
            case ELEMENT -> {
                if (proto.getElement().getSeparator().isEmpty()) {
                    at.field("element").field("separator").refuse("is empty");
                }
                if (proto.getElement().getKey().isEmpty()) {
                    at.field("element").field("key").refuse("is empty");
                }
                yield new ScopeKeyBuilder.Element(
                        proto.getElement().getSeparator(), proto.getElement().getKey());
            }
            case EXTRACTTYPE_NOT_SET -> {
                at.refuse("has neither index nor element");
                yield new ScopeKeyBuilder.Index(0);
            }
        };
    }

    /// The key of a scope, and what else is wrong with it but for its routes.
    public static List<String> key(ScopedRouteConfiguration proto, ConfigPlace at) {
        FIELDS.check(proto, at);
        if (proto.getName().isEmpty()) {
            at.field("name").refuse("is empty");
        }
        if (proto.getOnDemand()) {
            at.field("on_demand").refuse("is not supported yet");
        }
        ConfigPlace place = at.field("key");
        if (proto.getKey().getFragmentsCount() == 0) {
            place.field("fragments").refuse("must have at least one");
        }
        List<String> key = new ArrayList<>();
        for (int i = 0; i < proto.getKey().getFragmentsCount(); i++) {
            ScopedRouteConfiguration.Key.Fragment fragment = proto.getKey().getFragments(i);
            if (!fragment.hasStringKey()) {
                place.element("fragments", i).refuse("has no string_key");
            }
            key.add(fragment.getStringKey());
        }
        return key;
    }
}
