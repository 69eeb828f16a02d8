package io.meltemi.proxy.config.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.envoyproxy.envoy.config.route.v3.RouteComponentsProto;
import io.envoyproxy.envoy.config.route.v3.RouteProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Somebody has decided about every field of `envoy.config.route.v3`: it is obeyed, it has no
/// meaning here, or it is refused by its path. A field that Envoy adds fails here until then.
final class RouteFieldAuditTest {
    private static final String PACKAGE = "envoy.config.route.v3.";

    /// What is refused, and why it is not served.
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry("RouteConfiguration.cluster_specifier_plugins", "there are none"),
                    Map.entry("ClusterSpecifierPlugin.extension", "there are none"),
                    Map.entry("ClusterSpecifierPlugin.is_optional", "there are none"),
                    Map.entry("RouteAction.cluster_specifier_plugin", "there are none"),
                    Map.entry("RouteAction.inline_cluster_specifier_plugin", "there are none"),
                    Map.entry("VirtualHost.cors", "the filter's own type has replaced it"),
                    Map.entry("RouteAction.cors", "the filter's own type has replaced it"),
                    Map.entry("VirtualHost.retry_policy_typed_config", "no extension is known"),
                    Map.entry("RouteAction.retry_policy_typed_config", "no extension is known"),
                    Map.entry("FilterAction.action", "Envoy has not made it work"),
                    Map.entry("Route.filter_action", "Envoy has not made it work"),
                    Map.entry("ConnectConfig.proxy_protocol_config", "a tunnel begins without"),
                    Map.entry("RetryPolicy.retry_options_predicates", "Envoy has none of its own"),
                    Map.entry("RateLimit.limit", "the service's own limits apply"),
                    Map.entry("RateLimit.hits_addend", "a request is one hit"),
                    Map.entry("RateLimit.apply_on_stream_done", "a request is asked for at once"),
                    Map.entry("Action.dynamic_metadata", "`metadata` has replaced it"),
                    Map.entry("Action.extension", "there are none"),
                    Map.entry("DynamicMetaData.descriptor_key", "of dynamic_metadata"),
                    Map.entry("DynamicMetaData.metadata_key", "of dynamic_metadata"),
                    Map.entry("DynamicMetaData.default_value", "of dynamic_metadata"),
                    Map.entry("Override.dynamic_metadata", "of limit"),
                    Map.entry("DynamicMetadata.metadata_key", "of limit"),
                    Map.entry("HitsAddend.number", "of hits_addend"),
                    Map.entry("HitsAddend.format", "of hits_addend"));

    /// Compiled by others, field by field: the CORS filter reads a type of its own.
    private static final List<String> ELSEWHERE = List.of("CorsPolicy", "FilterConfig");

    @Test
    void everyFieldIsObeyedWithoutMeaningOrRefused() {
        List<String> undecided = new ArrayList<>();
        List<String> both = new ArrayList<>();
        for (FileDescriptor file :
                List.of(RouteProto.getDescriptor(), RouteComponentsProto.getDescriptor())) {
            file.getMessageTypes().forEach(message -> walk(message, undecided, both));
        }

        assertThat(undecided).as("neither taken nor refused on purpose").isEmpty();
        assertThat(both).as("taken although listed as refused").isEmpty();
    }

    private static void walk(Descriptor message, List<String> undecided, List<String> both) {
        message.getNestedTypes().forEach(nested -> walk(nested, undecided, both));
        if (message.getOptions().getMapEntry() || ELSEWHERE.contains(message.getName())) {
            return;
        }
        for (FieldDescriptor field : message.getFields()) {
            boolean taken = RouteFields.fields().takes(field);
            boolean refused = REFUSED.containsKey(message.getName() + "." + field.getName());
            String name = field.getFullName().substring(PACKAGE.length());
            if (taken == refused) {
                (taken ? both : undecided).add(name);
            }
        }
    }
}
