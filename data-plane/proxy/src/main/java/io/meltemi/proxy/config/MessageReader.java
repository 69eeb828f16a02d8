package io.meltemi.proxy.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads a message from a file: YAML, JSON, proto text or binary, by the file's name. Immutable.
public final class MessageReader {
    /// A file that describes a proxy is a few megabytes at most; more is a mistake or an attack.
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int MAX_ALIASES = 200;

    private final Descriptor message;
    private final String expected;
    private final TypeRegistry types;

    /// @param message what is read
    /// @param expected what the file should be: `a bootstrap: expected ...`
    /// @param types which messages may be packed in it
    public MessageReader(Descriptor message, String expected, TypeRegistry types) {
        this.message = message;
        this.expected = expected;
        this.types = types;
    }

    /// Merges what is in a file.
    ///
    /// @throws IOException when the file cannot be read
    /// @throws ConfigRefusedException when it is no such message; names every unknown field
    public void read(Path file, Message.Builder into) throws IOException, ConfigRefusedException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
        }
        String name = file.toString();
        if (name.endsWith(".pb")) {
            binary(Files.readAllBytes(file), name, into);
            return;
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        if (name.endsWith(".pb_text") || name.endsWith(".textproto") || name.endsWith(".pbtxt")) {
            textProto(text, name, into);
        } else {
            tree(text, name, into);
        }
    }

    /// Reads YAML or JSON, which is YAML too.
    void tree(String text, String name, Message.Builder into) throws ConfigRefusedException {
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
        if (!(tree instanceof Map)) {
            root.refuse("is not " + expected);
            root.throwIfRefused(name);
        }
        new UnknownFields(types).check(tree, message, root);
        root.throwIfRefused(name);
        try {
            JsonFormat.parser().usingTypeRegistry(types).merge(JsonText.of(tree), into);
        } catch (InvalidProtocolBufferException e) {
            root.refuse(String.valueOf(e.getMessage()));
            root.throwIfRefused(name);
        }
    }

    private void textProto(String text, String name, Message.Builder into)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        try {
            TextFormat.Parser.newBuilder().setTypeRegistry(types).build().merge(text, into);
        } catch (TextFormat.ParseException e) {
            root.refuse(String.valueOf(e.getMessage()));
        }
        root.throwIfRefused(name);
    }

    private static void binary(byte[] bytes, String name, Message.Builder into)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        try {
            into.mergeFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            root.refuse("cannot be read: " + e.getMessage());
        }
        root.throwIfRefused(name);
    }
}
