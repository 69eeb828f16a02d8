/// Security policies to filters and transport sockets. Pure.
@NullMarked
package io.meltemi.pilot.translate.security;

import org.jspecify.annotations.NullMarked;
