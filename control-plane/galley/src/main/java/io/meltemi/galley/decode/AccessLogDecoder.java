package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.AccessLogFile;
import io.meltemi.model.config.AccessLogFile.Format;
import io.meltemi.model.config.ExtensionProvider.FileLog;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads where and how requests are written to a file. Immutable.
final class AccessLogDecoder {
    private AccessLogDecoder() {}

    private enum Encoding {
        TEXT,
        JSON
    }

    /// `accessLogFile`.
    ///
    /// @param format of the mesh
    /// @return empty without a file
    static Optional<AccessLogFile> ofMesh(ObjectReader mesh, Format format) {
        return mesh.string("accessLogFile")
                .filter(path -> !path.isEmpty())
                .map(path -> new AccessLogFile(path, format));
    }

    /// `accessLogFormat` and `accessLogEncoding`.
    static Format formatOfMesh(ObjectReader mesh) {
        Optional<String> written = mesh.string("accessLogFormat").filter(f -> !f.isEmpty());
        Encoding encoding = mesh.choice("accessLogEncoding", Encoding.class).orElse(Encoding.TEXT);
        return switch (encoding) {
            case TEXT -> new Format.Text(written);
            case JSON ->
                    written.flatMap(text -> fields(text, mesh))
                            .<Format>map(Format.Json::new)
                            .orElse(Format.Json.OF_ISTIO);
        };
    }

    /// `envoyFileAccessLog`.
    ///
    /// @param otherwise the format where none is written
    static FileLog ofProvider(ObjectReader log, Format otherwise) {
        Optional<Format> format =
                log.object(
                        "logFormat",
                        f -> {
                            f.exclusive(List.of("text", "labels"));
                            Optional<String> text = f.string("text");
                            SortedMap<String, String> labels = new TreeMap<>(f.stringMap("labels"));
                            return labels.isEmpty()
                                    ? new Format.Text(text.filter(t -> !t.isEmpty()))
                                    : new Format.Json(labels);
                        });
        return new FileLog(
                new AccessLogFile(
                        log.string("path").filter(p -> !p.isEmpty()).orElse("/dev/stdout"),
                        format.orElse(otherwise)),
                log.bool("omitEmptyValues").orElse(false));
    }

    private static Optional<SortedMap<String, String>> fields(String text, ObjectReader mesh) {
        SortedMap<String, String> fields = new TreeMap<>();
        String problem = "";
        try {
            JsonNode tree = JsonMapper.shared().readTree(text);
            if (!tree.isObject()) {
                problem = "it is no JSON object";
            }
            for (var field : tree.properties()) {
                if (field.getValue().isString()) {
                    fields.put(field.getKey(), field.getValue().asString());
                } else {
                    problem =
                            "the value of '" + ObjectReader.shown(field.getKey()) + "' is no text";
                }
            }
        } catch (JacksonException e) {
            problem = e.getOriginalMessage();
        }
        if (problem.isEmpty()) {
            return Optional.of(fields);
        }
        mesh.findings()
                .unread(
                        Code.WRONG_TYPE,
                        mesh.path().field("accessLogFormat"),
                        "accessLogFormat of a JSON log has to be a JSON object of texts, such as {\"path\": \"%REQ(:PATH)%\"}: "
                                + ObjectReader.shown(problem));
        return Optional.empty();
    }
}
