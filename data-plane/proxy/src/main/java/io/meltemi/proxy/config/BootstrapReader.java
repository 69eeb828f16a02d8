package io.meltemi.proxy.config;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads an Envoy bootstrap file: YAML, JSON or proto text, by its name. Immutable.
public final class BootstrapReader {
    /// A file that describes a proxy is a few megabytes at most; more is a mistake or an attack.
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int MAX_ALIASES = 200;

    /// @throws IOException when the file cannot be read
    /// @throws ConfigRefusedException when it is not a bootstrap; names every unknown field
    public Bootstrap read(Path file) throws IOException, ConfigRefusedException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        String name = file.toString();
        if (name.endsWith(".pb_text") || name.endsWith(".textproto") || name.endsWith(".pbtxt")) {
            return textProto(text, name);
        }
        return tree(text, name);
    }

    /// Reads YAML or JSON, which is YAML too.
    public Bootstrap tree(String text, String name) throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        @Nullable Object tree = null;
        try {
            tree =
                    new Load(
                                    LoadSettings.builder()
                                            .setLabel(name)
                                            .setMaxAliasesForCollections(MAX_ALIASES)
                                            .setCodePointLimit(MAX_BYTES)
                                            .build())
                            .loadFromString(text);
        } catch (YamlEngineException e) {
            root.refuse("is not YAML: " + e.getMessage());
        }
        root.throwIfRefused(name);
        if (!(tree instanceof java.util.Map)) {
            root.refuse("is not a bootstrap: expected a mapping with static_resources or so");
            root.throwIfRefused(name);
        }
        new UnknownFields(Extensions.registry()).check(tree, Bootstrap.getDescriptor(), root);
        root.throwIfRefused(name);
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        try {
            JsonFormat.parser()
                    .usingTypeRegistry(Extensions.jsonRegistry())
                    .merge(JsonText.of(tree), bootstrap);
        } catch (InvalidProtocolBufferException e) {
            root.refuse(String.valueOf(e.getMessage()));
            root.throwIfRefused(name);
        }
        return bootstrap.build();
    }

    private static Bootstrap textProto(String text, String name) throws ConfigRefusedException {
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        ConfigPlace root = ConfigPlace.root("");
        try {
            TextFormat.Parser.newBuilder()
                    .setTypeRegistry(Extensions.registry())
                    .build()
                    .merge(text, bootstrap);
        } catch (TextFormat.ParseException e) {
            root.refuse(String.valueOf(e.getMessage()));
        }
        root.throwIfRefused(name);
        return bootstrap.build();
    }
}
