/// The overload manager: watches resources, and tells the workers to take less on while one is
/// short.
@NullMarked
package io.meltemi.proxy.overload;

import org.jspecify.annotations.NullMarked;
