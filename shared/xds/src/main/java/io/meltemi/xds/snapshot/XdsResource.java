package io.meltemi.xds.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.Message;

/// One resource of a proxy's configuration. Immutable.
///
/// @param version equal versions of one name mean equal bodies: nothing is sent again
public record XdsResource(ResourceType type, String name, String version, Any body) {
    /// A resource whose version is derived from its bytes; the message must be deterministic.
    public static XdsResource of(ResourceType type, String name, Message message) {
        Any body =
                Any.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setValue(message.toByteString())
                        .build();
        return new XdsResource(type, name, ContentVersion.of(body.getValue()), body);
    }
}
