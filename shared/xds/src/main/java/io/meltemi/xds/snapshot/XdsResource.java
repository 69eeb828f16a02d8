package io.meltemi.xds.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import java.util.List;

/// One resource of a proxy's configuration. Immutable.
///
/// @param version equal versions of one name mean equal bodies: nothing is sent again
/// @param body without a type where the answer is that there is no such thing
/// @param aliases the names it was asked for by, where those are not its own
public record XdsResource(
        ResourceType type, String name, String version, Any body, List<String> aliases) {
    public XdsResource {
        aliases = List.copyOf(aliases);
    }

    public XdsResource(ResourceType type, String name, String version, Any body) {
        this(type, name, version, body, List.of());
    }

    /// A resource whose version is derived from its bytes; the message must be deterministic.
    public static XdsResource of(ResourceType type, String name, Message message) {
        Any body =
                Any.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setValue(message.toByteString())
                        .build();
        return new XdsResource(type, name, ContentVersion.of(body.getValue()), body);
    }

    /// Without the body, which may hold a private key.
    @Override
    public String toString() {
        return "%s %s (%s)".formatted(type, name, version);
    }

    /// Whether there is such a thing.
    public boolean exists() {
        return !body.getTypeUrl().isEmpty();
    }
}
