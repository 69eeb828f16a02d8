package io.meltemi.proxy.filter.setfilterstate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.set_filter_state`. Immutable: pure functions.
///
/// Of Envoy's well-known objects it knows what ALPN offers upstream
/// (`envoy.network.application_protocols`): any other is refused, since nothing here would read it.
public final class SetFilterStateCompiler {
    private static final String ALPN = "envoy.network.application_protocols";
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(Config.getDescriptor(), "on_request_headers")
                    // An offer is for this request's endpoint: how far it is shared changes
                    // nothing.
                    .supports(
                            FilterStateValue.getDescriptor(),
                            "object_key factory_key format_string shared_with_upstream")
                    .supports(SubstitutionFormatString.getDescriptor(), "text_format_source")
                    .supports(DataSource.getDescriptor(), "inline_string")
                    .build();

    private SetFilterStateCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        Config set = TypedConfig.open(config, Config.getDefaultInstance(), FIELDS, at);
        return set == null ? null : new SetFilterStateFilter(name, offered(set, at));
    }

    /// Null where nothing is said: then the filter's own configuration counts.
    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        Config set = TypedConfig.open(config, Config.getDefaultInstance(), FIELDS, at);
        return set == null ? null : offered(set, at);
    }

    /// Envoy: of several for one object the last counts.
    private static @Nullable OfferedProtocols offered(Config set, ConfigPlace at) {
        OfferedProtocols last = null;
        for (int i = 0; i < set.getOnRequestHeadersCount(); i++) {
            last = value(set.getOnRequestHeaders(i), at.element("on_request_headers", i));
        }
        return last;
    }

    private static OfferedProtocols value(FilterStateValue value, ConfigPlace at) {
        String object =
                value.getFactoryKey().isEmpty() ? value.getObjectKey() : value.getFactoryKey();
        if (!value.getObjectKey().equals(ALPN) || !object.equals(ALPN)) {
            at.field("object_key")
                    .refuse("'" + value.getObjectKey() + "': only " + ALPN + " is known here");
        }
        ConfigPlace format = at.field("format_string").field("text_format_source");
        if (!value.getFormatString().hasTextFormatSource()) {
            at.field("format_string").refuse("text_format_source is required here");
        }
        return OfferedProtocols.of(
                HeaderMutationCompiler.template(
                        value.getFormatString().getTextFormatSource().getInlineString(),
                        format.field("inline_string")),
                format.field("inline_string"));
    }
}
