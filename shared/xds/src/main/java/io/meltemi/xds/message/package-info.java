/// Types of messages and what is packed in `Any`, without protobuf's reflection.
@org.jspecify.annotations.NullMarked
package io.meltemi.xds.message;
