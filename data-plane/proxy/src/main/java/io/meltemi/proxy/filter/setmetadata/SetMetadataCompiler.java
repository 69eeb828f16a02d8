package io.meltemi.proxy.filter.setmetadata;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Metadata;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.set_metadata`. Immutable: pure functions.
public final class SetMetadataCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(Config.getDescriptor(), "metadata_namespace value metadata")
                    // `typed_value` has no reader here
                    .supports(Metadata.getDescriptor(), "metadata_namespace allow_overwrite value")
                    .build();

    private SetMetadataCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        SetMetadataFilter.Notes notes = notes(config, at);
        return notes == null ? null : new SetMetadataFilter(name, notes, context.stats());
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        return notes(config, at);
    }

    @SuppressWarnings("deprecation") // the fields older files have
    private static SetMetadataFilter.@Nullable Notes notes(Any config, ConfigPlace at) {
        Config set = TypedConfig.open(config, Config.getDefaultInstance(), FIELDS, at);
        if (set == null) {
            return null;
        }
        List<SetMetadataFilter.Note> notes = new ArrayList<>();
        if (set.hasValue() && !set.getMetadataNamespace().isEmpty()) {
            notes.add(
                    new SetMetadataFilter.Note(
                            set.getMetadataNamespace(), true, Values.tree(set.getValue())));
        }
        for (int i = 0; i < set.getMetadataCount(); i++) {
            Metadata each = set.getMetadata(i);
            if (each.getMetadataNamespace().isEmpty()) {
                at.element("metadata", i).field("metadata_namespace").refuse("must not be empty");
            }
            notes.add(
                    new SetMetadataFilter.Note(
                            each.getMetadataNamespace(),
                            each.getAllowOverwrite(),
                            Values.tree(each.getValue())));
        }
        return new SetMetadataFilter.Notes(notes);
    }
}
