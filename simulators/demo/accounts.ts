/** Log-ins of the demonstration: public on purpose, they only ever exist on a loopback address. */
import type { Role, Scope } from '../../contracts/access.ts';
import type { School } from '../../contracts/places.ts';

export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly displayName: string;
  readonly role: Role;
  readonly scope: Scope;
}

export function demoAccounts(firstSchool: School | undefined): DemoAccount[] {
  const everything: Scope = { area: null, school: null };
  const account = (username: string, displayName: string, role: Role, scope = everything): DemoAccount => ({
    username,
    password: `demo-${username}`,
    displayName,
    role,
    scope,
  });
  const accounts = [
    account('quantri', 'Quản trị hệ thống', 'admin'),
    account('trucban', 'Trực ban trung tâm', 'operator'),
    account('lanhdao', 'Lãnh đạo', 'leader'),
    account('kythuat', 'Kỹ thuật viên', 'technician'),
    account('kiemtra', 'Kiểm tra viên', 'auditor'),
  ];
  if (firstSchool) {
    const own: Scope = { area: null, school: firstSchool.id };
    accounts.push(account('hieutruong', `Hiệu trưởng ${firstSchool.name}`, 'school_head', own));
    accounts.push(account('giaovien', `Giáo viên ${firstSchool.name}`, 'teacher', own));
  }
  return accounts;
}
