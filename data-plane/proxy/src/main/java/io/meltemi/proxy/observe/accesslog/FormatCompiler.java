package io.meltemi.proxy.observe.accesslog;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Compiles `SubstitutionFormatString`. Immutable.
final class FormatCompiler {
    /// Operators of these are built in here.
    private static final String WITHOUT_QUERY =
            "type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery";

    private static final Set<String> FORMATTERS =
            Set.of(
                    WITHOUT_QUERY,
                    "type.googleapis.com/envoy.extensions.formatter.metadata.v3.Metadata");

    private final Operators plain;
    private final Operators withoutQuery;

    FormatCompiler(String hostname) {
        plain = new Operators(hostname, false);
        withoutQuery = new Operators(hostname, true);
    }

    LineFormat standard() {
        return text(TextFormat.DEFAULT, false);
    }

    /// @throws IllegalArgumentException naming what is wrong or not supported
    @SuppressWarnings("deprecation") // text_format is what Istio wrote for years
    LineFormat compile(SubstitutionFormatString format) {
        Operators operators = operators(format.getFormattersList());
        boolean omitEmpty = format.getOmitEmptyValues();
        return switch (format.getFormatCase()) {
            case TEXT_FORMAT -> text(format.getTextFormat(), omitEmpty, operators);
            case TEXT_FORMAT_SOURCE ->
                    text(read(format.getTextFormatSource()), omitEmpty, operators);
            case JSON_FORMAT -> JsonFormat.compile(format.getJsonFormat(), omitEmpty, operators);
            case FORMAT_NOT_SET -> standard();
        };
    }

    /// Compiles strings outside a format's message.
    ///
    /// @throws IllegalArgumentException naming what is wrong or not supported
    Function<String, Function<ExchangeRecord, String>> strings(
            List<TypedExtensionConfig> formatters) {
        Operators operators = operators(formatters);
        return format -> {
            LineFormat line = text(format, false, operators);
            return record -> {
                LogBuffer out = new LogBuffer();
                line.write(record, out);
                return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
            };
        };
    }

    private Operators operators(List<TypedExtensionConfig> formatters) {
        Operators operators = plain;
        for (TypedExtensionConfig formatter : formatters) {
            String type = formatter.getTypedConfig().getTypeUrl();
            if (!FORMATTERS.contains(type)) {
                throw new IllegalArgumentException(
                        "log_format.formatters: " + type + " is not supported");
            }
            if (type.equals(WITHOUT_QUERY)) {
                operators = withoutQuery;
            }
        }
        return operators;
    }

    LineFormat text(String format, boolean omitEmpty) {
        return text(format, omitEmpty, plain);
    }

    private static LineFormat text(String format, boolean omitEmpty, Operators operators) {
        return new TextFormat(FormatParser.parse(format, operators), omitEmpty);
    }

    LineFormat json(Struct format, boolean omitEmpty) {
        return JsonFormat.compile(format, omitEmpty, plain);
    }

    private static String read(DataSource source) {
        return switch (source.getSpecifierCase()) {
            case INLINE_STRING -> source.getInlineString();
            case INLINE_BYTES -> source.getInlineBytes().toStringUtf8();
            case FILENAME -> {
                try {
                    yield Files.readString(Path.of(source.getFilename()), StandardCharsets.UTF_8);
                } catch (IOException e) {
                    throw new IllegalArgumentException(
                            "log_format.text_format_source.filename: " + e, e);
                }
            }
            case ENVIRONMENT_VARIABLE, SPECIFIER_NOT_SET ->
                    throw new IllegalArgumentException(
                            "log_format.text_format_source: "
                                    + source.getSpecifierCase()
                                    + " is not supported; use inline_string, inline_bytes or"
                                    + " filename");
        };
    }
}
