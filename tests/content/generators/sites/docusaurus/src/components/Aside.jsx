import React from 'react';

export default function Aside({ children }) {
  return <div>{children}</div>;
}
