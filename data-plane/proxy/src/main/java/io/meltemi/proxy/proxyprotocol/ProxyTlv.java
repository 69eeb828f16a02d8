package io.meltemi.proxy.proxyprotocol;

import com.google.protobuf.ByteString;

/// One more thing that a PROXY header of version 2 says. Immutable.
///
/// @param type 0 to 255
/// @param value not empty
public record ProxyTlv(int type, ByteString value) {}
