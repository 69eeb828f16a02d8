package io.meltemi.proxy;

import com.google.protobuf.Any;

/// A listener of the control plane's newest update that could not be used. Immutable.
///
/// @param body as it came
/// @param why what is wrong with it, by path
/// @param millis when it was tried, wall clock
record RefusedListener(String name, Any body, String why, long millis) {}
