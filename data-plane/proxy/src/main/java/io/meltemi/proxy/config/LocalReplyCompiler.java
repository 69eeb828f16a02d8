package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.http.LocalReplyRules;
import io.meltemi.proxy.http.LocalReplyRules.Mapper;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.accesslog.AccessLogCompiler;
import io.meltemi.proxy.observe.accesslog.ReplyFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Compiles `local_reply_config`. Immutable: pure functions.
final class LocalReplyCompiler {
    private static final int FIRST_STATUS = 200;
    private static final int END_STATUS = 600;

    private LocalReplyCompiler() {}

    static LocalReplyRules compile(
            LocalReplyConfig proto, AccessLogCompiler formats, ConfigPlace at) {
        List<Mapper> mappers = new ArrayList<>();
        for (int i = 0; i < proto.getMappersCount(); i++) {
            mappers.add(mapper(proto.getMappers(i), formats, at.element("mappers", i)));
        }
        return new LocalReplyRules(
                mappers,
                proto.hasBodyFormat()
                        ? format(proto.getBodyFormat(), formats, at.field("body_format"))
                        : null);
    }

    private static Mapper mapper(ResponseMapper proto, AccessLogCompiler formats, ConfigPlace at) {
        int status = proto.getStatusCode().getValue();
        if (proto.hasStatusCode() && (status < FIRST_STATUS || status >= END_STATUS)) {
            at.field("status_code").refuse(status + " is no status of an answer");
        }
        return new Mapper(
                filter(proto, formats, at),
                status,
                proto.hasBody() ? text(proto.getBody(), at.field("body")) : null,
                proto.hasBodyFormatOverride()
                        ? format(
                                proto.getBodyFormatOverride(),
                                formats,
                                at.field("body_format_override"))
                        : null,
                HeaderMutations.of(
                        List.of(
                                new HeaderMutations.Level(
                                        List.of(),
                                        HeaderMutationCompiler.compileAdds(
                                                proto.getHeadersToAddList(),
                                                at,
                                                "headers_to_add")))));
    }

    private static Predicate<ExchangeRecord> filter(
            ResponseMapper proto, AccessLogCompiler formats, ConfigPlace at) {
        try {
            if (!proto.hasFilter()) {
                at.field("filter").refuse("is missing");
            }
            return formats.replyFilter(proto.getFilter());
        } catch (IllegalArgumentException e) {
            at.field("filter").refuse(String.valueOf(e.getMessage()));
            return _ -> false;
        }
    }

    private static @Nullable ReplyFormat format(
            SubstitutionFormatString proto, AccessLogCompiler formats, ConfigPlace at) {
        try {
            return formats.replyFormat(proto);
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static String text(DataSource source, ConfigPlace at) {
        return switch (source.getSpecifierCase()) {
            case INLINE_STRING -> source.getInlineString();
            case INLINE_BYTES -> source.getInlineBytes().toStringUtf8();
            case FILENAME -> {
                try {
                    yield Files.readString(Path.of(source.getFilename()));
                } catch (IOException e) {
                    at.field("filename").refuse("cannot be read: " + e);
                    yield "";
                }
            }
            case ENVIRONMENT_VARIABLE, SPECIFIER_NOT_SET -> {
                at.refuse("use inline_string, inline_bytes or filename");
                yield "";
            }
        };
    }
}
